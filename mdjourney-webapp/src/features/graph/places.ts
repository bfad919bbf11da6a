/** Where the nodes of a graph stand. */
import { graphlib, layout } from "@dagrejs/dagre";
import type { Web } from "./web";

export const WIDTH = 220;
export const HEIGHT = 76;
const GAP = 18;
const BETWEEN = 90;
/** Nodes above each other that still can be read when the picture is made to fit. */
const TALL = 8;

type Places = Map<string, { x: number; y: number }>;

/** Where each node stands (its upper left corner), from left to right along the links. */
export function places(web: Web): Places {
  const g = new graphlib.Graph();
  g.setGraph({ rankdir: "LR", nodesep: GAP, ranksep: BETWEEN });
  g.setDefaultEdgeLabel(() => ({}));
  for (const key of web.nodes.keys()) g.setNode(key, { width: WIDTH, height: HEIGHT });
  for (const { source, target } of web.edges.values()) if (web.nodes.has(source) && web.nodes.has(target)) g.setEdge(source, target);
  layout(g);
  return folded(new Map([...web.nodes.keys()].map((key) => {
    const at = g.node(key) as { x: number; y: number };
    return [key, { x: at.x - WIDTH / 2, y: at.y - HEIGHT / 2 }];
  })));
}

/** The neighbours of a hub side by side in several columns: in one they would be too small to read. */
function folded(at: Places): Places {
  const ranks = new Map<number, string[]>();
  for (const [key, { x }] of at) ranks.set(x, [...(ranks.get(x) ?? []), key]);
  if ([...ranks.values()].every((rank) => rank.length <= TALL)) return at;
  const found: Places = new Map();
  let left = 0;
  for (const [, rank] of [...ranks].sort(([a], [b]) => a - b)) {
    const rows = Math.max(TALL, Math.ceil(Math.sqrt((rank.length * WIDTH) / HEIGHT)));
    const columns = Math.ceil(rank.length / rows);
    const each = Math.ceil(rank.length / columns);
    rank.sort((a, b) => (at.get(a)?.y ?? 0) - (at.get(b)?.y ?? 0)).forEach((key, i) => {
      const column = Math.floor(i / each);
      const here = Math.min(each, rank.length - column * each);
      found.set(key, { x: left + column * (WIDTH + GAP), y: ((i % each) - (here - 1) / 2) * (HEIGHT + GAP) });
    });
    left += columns * (WIDTH + GAP) + BETWEEN;
  }
  return found;
}
