import { describe, expect, it } from "vitest";
import { hasTerm, suggest, termFor, toggled, wordAt, type Known } from "./language";

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
  it("puts a term in and takes it out", () => {
    const term = termFor("license", "my licence");
    expect(term).toBe('license:"my licence"');
    const query = toggled("heat", term);
    expect(hasTerm(query, term)).toBe(true);
    expect(toggled(query, term)).toBe("heat");
  });
});
