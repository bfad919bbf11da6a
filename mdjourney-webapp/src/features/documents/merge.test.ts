import { describe, expect, it } from "vitest";
import { merge, same } from "./merge";

describe("bringing two people's changes together", () => {
  const base = { title: "t", text: "x", tags: ["a"], gone: 1, last_modified_by: "ada" };

  it("keeps both when they touched different fields", () => {
    const { merged, clashes } = merge(base, { ...base, text: "theirs", last_modified_by: "bob" }, { ...base, title: "mine" });
    expect(clashes).toEqual([]);
    expect(merged).toEqual({ ...base, title: "mine", text: "theirs", last_modified_by: "bob" });
  });

  it("asks about fields both changed, and only about those", () => {
    const { merged, clashes } = merge(base, { ...base, title: "theirs", tags: ["b"] }, { ...base, title: "mine", tags: ["b"] });
    expect(clashes).toEqual([{ name: "title", base: "t", theirs: "theirs", mine: "mine" }]);
    expect(merged.title).toBe("theirs");
  });

  it("carries over what one side removed", () => {
    const mine = Object.fromEntries(Object.entries(base).filter(([name]) => name !== "gone"));
    expect(merge(base, { ...base, text: "theirs" }, mine).merged).not.toHaveProperty("gone");
  });

  it("does not take the order of keys for a change", () => {
    expect(same({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});
