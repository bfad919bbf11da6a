/** The complete record of a run. */
import { useParams } from "react-router";
import RecordView from "../../features/runs/RecordView";

export default function RecordPage() {
  const { runId = "", revision } = useParams();
  return <RecordView runId={runId} revision={revision} />;
}
