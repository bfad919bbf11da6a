/** A growing piece of the lab's graph: neighbourhoods merged into one. */
import type { Graph } from "../../api/catalogue";

export type GraphNode = Pick<Graph["nodes"][number], "kind" | "id" | "label" | "known" | "more" | "depth">;
export type Neighbourhood = Pick<Graph, "edges" | "truncated"> & { nodes: GraphNode[] };

export interface Web {
  nodes: Map<string, GraphNode>;
  edges: Map<string, { source: string; target: string }>;
  truncated: boolean;
}

export const keyOf = (node: { kind: string; id: string }) => `${node.kind}:${node.id}`;

/** All neighbourhoods as one; a node is kept as it was seen first, its `more` as it was seen last. */
export function merge(parts: Neighbourhood[]): Web {
  const web: Web = { nodes: new Map(), edges: new Map(), truncated: false };
  for (const part of parts) {
    for (const node of part.nodes) web.nodes.set(keyOf(node), { ...node, depth: web.nodes.get(keyOf(node))?.depth ?? node.depth });
    for (const edge of part.edges) web.edges.set(`${edge.source}>${edge.target}`, edge);
    web.truncated ||= part.truncated;
  }
  return web;
}
