import { expect, it } from "vitest";
import { screenOf, type Graph, type Hit, type StoreHealth } from "../../api/catalogue";
import { told } from "./Freshness";
import { linksOf } from "./Links";

const health = (connector: Partial<StoreHealth["connector"]>): StoreHealth => ({ status: "ok", connector: { waiting: 0, oldest_seconds: null, parked: [], ...connector } });

it("says how far the catalogue is behind, and what it could not read", () => {
  expect(told(false, health({})).text).toBe("Up to date");
  expect(told(false, health({ waiting: 3, oldest_seconds: 1 })).text).toBe("Up to date");
  expect(told(false, health({ waiting: 3, oldest_seconds: 41.2 })).text).toBe("Catching up: 3 entries wait, the oldest for 41 s");
  expect(told(false, health({ parked: [{ entity_type: "trial", entity_id: "t", last_error: "too long" }] })).text).toContain("1 entry could not be read");
  expect(told(true, undefined).tone).toBe("error.main");
});

it("names what a trial links to, and what links to it, without tags", () => {
  const node = (kind: "trial" | "project" | "tag", id: string, known = true) => ({ kind, id, label: id.toUpperCase(), known, more: false, depth: 1 });
  const graph: Graph = {
    nodes: [node("trial", "a"), node("project", "p"), node("trial", "b"), node("tag", "heat"), node("trial", "gone", false)], truncated: false,
    edges: [{ source: "trial:a", target: "project:p" }, { source: "trial:a", target: "tag:heat" }, { source: "trial:a", target: "trial:gone" }, { source: "trial:b", target: "trial:a" }],
  };
  const { to, from } = linksOf(graph, "a");
  expect(to.map((n) => [n.label, n.known])).toEqual([["P", true], ["GONE", false]]);
  expect(from.map((n) => n.label)).toEqual(["B"]);
});

it("shows a file in its dataset, everything else on a screen of its own", () => {
  const hit = { kind: "file", entity_id: "7", dataset_id: "d 1", path: "raw/plate 7.csv" } as Hit;
  expect(screenOf(hit)).toBe("/catalogue/datasets/d%201?files=raw%2Fplate%207.csv");
  expect(screenOf({ ...hit, kind: "trial", entity_id: "t/1" })).toBe("/catalogue/trials/t%2F1");
});
