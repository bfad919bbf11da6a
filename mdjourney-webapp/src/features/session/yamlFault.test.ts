import { describe, expect, it } from "vitest";
import { firstFault } from "./yamlFault";

describe("the browser's first look at a config", () => {
  it("finds the line of a tab", () => {
    expect(firstFault("monitor_path: /x\n\tname: y\n")).toMatchObject({ line: 2, key: "name", message: expect.stringContaining("tab") as string });
  });
  it("finds a key that stands twice", () => {
    expect(firstFault("a: 1\na: 2\n")?.line).toBe(2);
  });
  it("leaves keys and values to the server", () => {
    expect(firstFault("nonsense: 1\n")).toBeNull();
    expect(firstFault("")).toBeNull();
  });
});
