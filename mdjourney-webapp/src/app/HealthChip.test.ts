import { describe, expect, it } from "vitest";
import type { Health } from "../api/types";
import { readHealth } from "./HealthChip";

const pipeline = { dirty: 0, pending_files: 0, growing: [], problem: null, progress: null };
const fine: Health = {
  status: "ok", in_step: true, available: true, leader: true, sync: { state: "ok", waiting: 0, oldest_seconds: null, problem: null, refused: 0 }, history: { mode: "own", waiting: 0, problem: null }, pipeline,
  tree: { id: "t", path: "/data", name: "Lab" }, schemas: { problems: [] }, skipped: 0, corrupt: [], counters: {}, disk: { free_bytes: 1, total_bytes: 2, cache_bytes: 0 },
};

describe("the health of a session in one glance", () => {
  it("is green when everything is in step", () => {
    expect(readHealth(fine, false)).toMatchObject({ label: "In step", color: "success" });
  });
  it("says what it is waiting for", () => {
    expect(readHealth({ ...fine, in_step: false, pipeline: { ...pipeline, dirty: 1, pending_files: 3 } }, false).label).toBe("3 files wait");
  });
  it("puts alarms first", () => {
    const bad = readHealth({ ...fine, in_step: false, sync: { state: "away", waiting: 2, oldest_seconds: 31.4, problem: null, refused: 0 }, corrupt: ["a.json.corrupt-1"] }, false);
    expect(bad.color).toBe("warning");
    expect(bad.lines.join(" ")).toMatch(/cannot be reached.*1 document was unreadable.*2 changes wait for the catalogue, the oldest for 31 s/s);
  });
  it("leads to the documents that need a look, and only where there are some", () => {
    const leads = (health: Partial<Health>) => readHealth({ ...fine, ...health }, false).documents ?? false;
    expect([leads({}), leads({ corrupt: ["a.json.corrupt-1"] }), leads({ sync: { state: "ok", waiting: 0, oldest_seconds: null, problem: "held elsewhere is p_Heat/x.json", refused: 3 } }), leads({ available: false })]).toEqual([false, true, true, false]);
    const refused = { state: "ok", waiting: 0, oldest_seconds: null, problem: "held elsewhere is p_Heat/x.json", refused: 3 } as const;
    expect(readHealth({ ...fine, sync: refused }, false).lines[0]).toBe("The catalogue does not have 3 documents as on disk");
    expect(readHealth({ ...fine, sync: { ...refused, state: "away", problem: "no answer" } }, false).lines[0]).toBe("no answer");
  });
  it("tells when nobody answers", () => {
    expect(readHealth(fine, true).label).toBe("No connection");
  });
});
