/** What a trial's texts link to, and which trials link to it, by their names. */
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ask, graphFor, screenFor, type Graph } from "../../api/catalogue";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";

/** More are told by their number, with the way to the graph. */
const FEW = 8;

type Node = Graph["nodes"][number];

/** Names of what is linked with a trial, tags left out: `to` it links, `from` it is linked. */
export function linksOf(graph: Graph, id: string): { to: Node[]; from: Node[] } {
  const start = `trial:${id}`;
  const nodes = new Map(graph.nodes.map((n) => [`${n.kind}:${n.id}`, n]));
  const named = (keys: string[]) => keys.map((key) => nodes.get(key)).filter((n): n is Node => n !== undefined && n.kind !== "tag");
  return { to: named(graph.edges.filter((e) => e.source === start).map((e) => e.target)), from: named(graph.edges.filter((e) => e.target === start).map((e) => e.source)) };
}

export function useLinks(id: string) {
  const graph = useQuery({ ...ask<Graph>(`/graph/trial/${encodeURIComponent(id)}`), retry: false });
  return graph.data ? linksOf(graph.data, id) : { to: [], from: [] };
}

export function Chips({ nodes, id }: { nodes: Node[]; id: string }) {
  if (nodes.length === 0) return null;
  return (
    <Stack direction="row" spacing={0.5} useFlexGap flexWrap="wrap" alignItems="center">
      {nodes.slice(0, FEW).map((n) => n.known
        ? <Chip key={n.kind + n.id} component={Link} to={screenFor(n.kind, n.id)} clickable variant="outlined" label={n.label} />
        : <Chip key={n.kind + n.id} variant="outlined" label={`${n.label.slice(0, 12)} · ${t.graph.unknown}`} />)}
      {nodes.length > FEW && <TextLink to={graphFor("trial", id)}>{t.catalogue.moreValues(nodes.length - FEW)}</TextLink>}
    </Stack>
  );
}
