import { describe, expect, it } from "vitest";
import type { Health } from "../api/types";
import { readHealth } from "./HealthChip";

const fine: Health = { status: "ok", in_step: true, available: true, leader: true, sync: { state: "ok", waiting: 0 }, history: { mode: "own", waiting: 0 }, pipeline: { dirty: 0, pending_files: 0, growing: [] } };

describe("the health of a session in one glance", () => {
  it("is green when everything is in step", () => {
    expect(readHealth(fine, false)).toMatchObject({ label: "In step", color: "success" });
  });
  it("says what it is waiting for", () => {
    expect(readHealth({ ...fine, in_step: false, pipeline: { dirty: 1, pending_files: 3 } }, false).label).toBe("3 files wait");
  });
  it("puts alarms first", () => {
    const bad = readHealth({ ...fine, in_step: false, sync: { state: "away", waiting: 2 }, corrupt: ["a.json.corrupt-1"] }, false);
    expect(bad.color).toBe("warning");
    expect(bad.lines.join(" ")).toMatch(/cannot be reached.*a\.json\.corrupt-1.*2 changes wait/s);
  });
  it("tells when nobody answers", () => {
    expect(readHealth(fine, true).label).toBe("No connection");
  });
});
