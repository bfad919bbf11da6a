import { describe, expect, it } from "vitest";
import { comparedField, hasTerm, suggest, termFor, toggled, without, wordAt, type Known } from "./language";

const known: Known = {
  facets: { tag: [{ value: "rna-seq", count: 4 }], status: [{ value: "alive", count: 2 }, { value: "unclean", count: 1 }], project: [{ value: "p-1", count: 1 }] },
  fields: [{ field: "quality_control_metrics.rin", type: "number", uses: 3 }, { field: "parameters.temperature", type: "number", uses: 1 }],
  projects: new Map([["p-1", "Roots"]]),
};

describe("the search box", () => {
  it("finds the word under the caret", () => {
    expect(wordAt("heat (sta", 9)).toEqual({ from: 6, word: "sta" });
  });
  it("suggests fields by any of their parts, tags and values", () => {
    expect(suggest("rin", known)[0]?.text).toBe("quality_control_metrics.rin ");
    expect(suggest("rin", known)[0]?.note).toBe("number, 3 uses");
    expect(suggest("-temp", known)[0]?.text).toBe("-parameters.temperature ");
    expect(suggest("#rn", known)[0]?.text).toBe("#rna-seq ");
    expect(suggest("status:un", known).map((s) => s.text)).toEqual(["status:unclean "]);
    expect(suggest("project:roo", known)[0]).toMatchObject({ text: "project:p-1 ", label: "Roots" });
    expect(suggest("", known)).toEqual([]);
    expect(suggest("status:unclean", known)).toEqual([]);
  });
  it("suggests what a status can be although nothing is counted", () => {
    expect(suggest("status:", { ...known, facets: {} }).map((s) => s.label)).toEqual(["alive", "clean", "unclean", "abandoned"]);
    expect(suggest("-kind:fi", known).map((s) => s.text)).toEqual(["-kind:file "]);
  });
  it("leaves the unfinished word out of what it counts values over", () => {
    expect(without("heat AND status:", 9, "status:")).toBe("heat");
    expect(without("status: rin > 7", 0, "status:")).toBe("rin > 7");
    expect(without("brand sta", 6, "sta")).toBe("brand");
    expect([comparedField("-status:cl"), comparedField("rin>="), comparedField("heat")]).toEqual(["status", "rin", null]);
  });
  it("puts a term in and takes it out", () => {
    const term = termFor("license", "my licence");
    expect(term).toBe('license:"my licence"');
    const query = toggled("heat", term);
    expect(hasTerm(query, term)).toBe(true);
    expect(toggled(query, term)).toBe("heat");
  });
});
