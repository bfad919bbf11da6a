/** Where the nodes of a graph stand. */
import { graphlib, layout } from "@dagrejs/dagre";
import type { Web } from "./web";

export const WIDTH = 220;
export const HEIGHT = 76;

/** Where each node stands (its upper left corner), from left to right along the links. */
export function places(web: Web): Map<string, { x: number; y: number }> {
  const g = new graphlib.Graph();
  g.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 90 });
  g.setDefaultEdgeLabel(() => ({}));
  for (const key of web.nodes.keys()) g.setNode(key, { width: WIDTH, height: HEIGHT });
  for (const { source, target } of web.edges.values()) if (web.nodes.has(source) && web.nodes.has(target)) g.setEdge(source, target);
  layout(g);
  return new Map([...web.nodes.keys()].map((key) => {
    const at = g.node(key) as { x: number; y: number };
    return [key, { x: at.x - WIDTH / 2, y: at.y - HEIGHT / 2 }];
  }));
}
