/** The graph around one node. */
import { useParams } from "react-router";
import { screenFor } from "../../api/catalogue";
import GraphPanel from "../../features/graph/GraphPanel";

export default function GraphPage() {
  const { kind = "trial", id = "" } = useParams();
  return <GraphPanel key={`${kind}:${id}`} kind={kind} id={id} screen={screenFor} />;
}
