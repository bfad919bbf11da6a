import { describe, expect, it } from "vitest";
import { ago, bytes, humanize, plain } from "./format";
import { screenOf } from "./links";
import { fieldId, parsePointer, toPointer, valueAt, withValueAt } from "./pointer";

describe("pointers", () => {
  it("are read and written with their escapes", () => {
    expect(parsePointer("/a~1b/0/c~0d")).toEqual(["a/b", "0", "c~d"]);
    expect(toPointer(["a/b", 0, "c~d"])).toBe("/a~1b/0/c~0d");
    expect(fieldId("/people/0/name")).toBe("root_people_0_name");
  });
  it("lead to values and replace them without touching the original", () => {
    const value = { a: [{ b: 1 }] };
    expect(valueAt(value, ["a", 0, "b"])).toBe(1);
    expect(withValueAt(value, ["a", 0, "b"], 2)).toEqual({ a: [{ b: 2 }] });
    expect(value.a[0]?.b).toBe(1);
    expect(withValueAt(value, ["a"], undefined)).toEqual({});
  });
});

describe("the screen of a document", () => {
  it.each([
    ["/api/v1/projects/p1/metadata/project_descriptive", "/workspace/projects/p1/describe"],
    ["/api/v1/datasets/d1/metadata/dataset_administrative", "/workspace/datasets/d1/describe"],
    ["/api/v1/datasets/d1/metadata/dataset_structural", "/workspace/datasets/d1/structure"],
    ["/api/v1/runs/r1/metadata/experiment_contextual", "/workspace/runs/r1"],
    ["/api/v1/instruments/scope", "/workspace/instruments/scope"],
  ])("%s is %s", (url, screen) => {
    expect(screenOf(url)).toBe(screen);
    expect(screenOf(url, "/a/0")).toBe(`${screen}?field=%2Fa%2F0`);
  });
  it("is none for what no screen edits", () => {
    expect(screenOf("javascript:alert(1)")).toBeNull();
    expect(screenOf(undefined)).toBeNull();
  });
});

describe("words and numbers for people", () => {
  it("writes sizes, times and values", () => {
    expect(bytes(12)).toBe("12 B");
    expect(bytes(1_500_000)).toBe("1.5 MB");
    expect(ago("2026-01-01T00:00:00Z", Date.parse("2026-01-01T00:05:00Z"))).toBe("5 minutes ago");
    expect(humanize("project_title")).toBe("Project title");
    expect(plain([{ name: "Ada" }, "x", 3])).toBe("Ada, x, 3");
  });
});
