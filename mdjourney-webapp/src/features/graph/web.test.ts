import { describe, expect, it } from "vitest";
import { places } from "./places";
import { merge, type GraphNode, type Neighbourhood } from "./web";

const node = (id: string, depth = 0): GraphNode => ({ kind: "trial", id, label: id, known: true, more: false, depth });
const part = (ids: string[], edges: [string, string][]): Neighbourhood => ({ nodes: ids.map((id, i) => node(id, i)), edges: edges.map(([s, t]) => ({ source: `trial:${s}`, target: `trial:${t}` })), truncated: false });

describe("a graph that grows", () => {
  it("merges neighbourhoods without doubling nodes or links", () => {
    const web = merge([part(["a", "b"], [["b", "a"]]), part(["b", "a", "c"], [["b", "a"], ["c", "b"]])]);
    expect([...web.nodes.keys()]).toEqual(["trial:a", "trial:b", "trial:c"]);
    expect(web.edges.size).toBe(2);
    expect(web.nodes.get("trial:b")?.depth).toBe(1);
  });
  it("puts the neighbours of a hub into columns that can be read, none upon another", () => {
    const many = Array.from({ length: 20 }, (_, i) => `n${i}`);
    const at = places(merge([part(["hub", ...many], many.map((n) => [n, "hub"]))]));
    const columns = new Map<number, number>();
    for (const [key, { x }] of at) if (key !== "trial:hub") columns.set(x, (columns.get(x) ?? 0) + 1);
    expect(Math.max(...columns.values())).toBeLessThanOrEqual(8);
    expect(new Set([...at.values()].map((p) => `${p.x},${p.y}`)).size).toBe(21);
    expect(Math.max(...columns.keys())).toBeLessThan(at.get("trial:hub")?.x ?? 0);
  });
  it("gives every node a place of its own", () => {
    const at = places(merge([part(["a", "b", "c"], [["b", "a"], ["c", "a"]])]));
    expect(new Set([...at.values()].map((p) => `${p.x},${p.y}`)).size).toBe(3);
  });
});
