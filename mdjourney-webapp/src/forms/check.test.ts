import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeCheck, titleOf } from "./check";
import type { Schema } from "./schema";

const packaged = (name: string) => JSON.parse(readFileSync(`../packaged_schemas/${name}.json`, "utf8")) as Schema;
const pointers = (faults: { pointer?: string }[]) => faults.map((f) => f.pointer).sort();

const schema: Schema = {
  type: "object",
  required: ["id"],
  "x-required-to-complete": ["title", "person"],
  properties: {
    id: { type: "string" },
    title: { type: "string", title: "Title" },
    level: { enum: ["open", "closed"] },
    reason: { type: "string" },
    person: { $ref: "#/$defs/person", title: "Person" },
    people: { type: "array", items: { $ref: "#/$defs/person" } },
    choice: { oneOf: [{ type: "string" }, { type: "object", required: ["value"], properties: { value: { type: "number" } } }] },
  },
  allOf: [{ if: { properties: { level: { const: "closed" } }, required: ["level"] }, then: { "x-required-to-complete": ["reason"] } }],
  $defs: { person: { type: "object", "x-required-to-complete": ["name"], properties: { name: { type: "string", title: "Name" } } } },
};

describe("the live check", () => {
  const check = makeCheck(schema);

  it("tells what is missing apart from what is wrong", () => {
    const found = check({ id: "1", level: "ajar" });
    expect(pointers(found.missing)).toEqual(["/person", "/title"]);
    expect(pointers(found.errors)).toEqual(["/level"]);
  });

  it("finds what is owed inside objects and lists", () => {
    expect(pointers(check({ id: "1", title: "t", person: {}, people: [{ name: "a" }, {}] }).missing)).toEqual(["/people/1/name", "/person/name"]);
  });

  it("owes a field only while its condition holds", () => {
    const whole = { id: "1", title: "t", person: { name: "a" } };
    expect(check({ ...whole, level: "open" }).missing).toEqual([]);
    expect(pointers(check({ ...whole, level: "closed" }).missing)).toEqual(["/reason"]);
  });

  it("does not list the inside of choices that were not taken", () => {
    const found = check({ id: "1", title: "t", person: { name: "a" }, choice: 3 });
    expect(found.missing).toEqual([]);
    expect(pointers(found.errors)).toEqual(["/choice"]);
  });

  it("names a nested field by its titles", () => {
    expect(titleOf(schema, "/person/name")).toBe("Person › Name");
    expect(titleOf(schema, "/people/1/name")).toBe("People › 2 › Name");
  });

  it("agrees with the packaged schemas about what a new dataset owes", () => {
    const missing = pointers(makeCheck(packaged("dataset_administrative"))({ access_level: "Restricted" }).missing);
    expect(missing).toContain("/dataset_title");
    expect(missing).toContain("/access_conditions_contact");
    expect(missing).not.toContain("/embargo_end_date");
  });

  it("compiles nothing, so that it works under a strict content security policy", () => {
    const { Function: real } = globalThis;
    globalThis.Function = function refused() {
      throw new EvalError("unsafe-eval");
    } as unknown as FunctionConstructor;
    try {
      expect(makeCheck(schema)({ id: "1" }).missing).toHaveLength(2);
    } finally {
      globalThis.Function = real;
    }
  });
});
