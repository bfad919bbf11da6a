import { describe, expect, it } from "vitest";
import { compare } from "./flatten";

describe("comparing trials", () => {
  it("tells equal fields from different ones, and says nothing of identifiers", () => {
    const rows = compare([
      { parameters: { temperature: 37, min: 10 }, qc: "Pass", experiment_identifier_run_id: "a" },
      { parameters: { temperature: 22, min: 10 }, qc: "Pass", experiment_identifier_run_id: "b", note: "x" },
    ]);
    expect(rows.filter((r) => !r.same).map((r) => [r.field, r.values])).toEqual([["parameters.temperature", ["37", "22"]], ["note", ["", "x"]]]);
    expect(rows.map((r) => r.field)).not.toContain("experiment_identifier_run_id");
  });
  it("compares lists of objects by what they hold", () => {
    expect(compare([{ software: [{ name: "STAR", version: "2.7" }] }, { software: [{ name: "STAR", version: "2.7" }] }])[0]).toMatchObject({ same: true, values: ["STAR 2.7", "STAR 2.7"] });
  });
});
