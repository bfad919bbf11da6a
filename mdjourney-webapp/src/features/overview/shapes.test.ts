import { expect, it } from "vitest";
import { byProject, perWeek, staleQuery, WEEKS } from "./shapes";

const now = Date.parse("2026-11-22T12:00:00Z");

it("counts trials by week, this week last, older ones not at all", () => {
  const weeks = perWeek(["2026-11-22T11:00:00Z", "2026-11-21T00:00:00Z", "2026-11-14T00:00:00Z", "2025-01-01T00:00:00Z"], now);
  expect(weeks).toHaveLength(WEEKS);
  expect(weeks.map((w) => w.n).slice(-2)).toEqual([1, 2]);
  expect(weeks.reduce((sum, w) => sum + w.n, 0)).toBe(3);
});

it("counts the states of each project's datasets", () => {
  expect(byProject([{ dataset_id: "a", project_id: "p", state: 2 }, { dataset_id: "b", project_id: "p", state: 1 }]).get("p")).toEqual([0, 1, 1]);
});

it("asks for what runs since before a day", () => {
  expect(staleQuery(now)).toBe("status:alive born < 2026-11-08");
});
