import { describe, expect, it } from "vitest";
import { tooLarge } from "./extent";
import { prepare } from "./prepare";
import type { Schema } from "./schema";
import { prune } from "./prune";
import { sectionsOf } from "./sections";

const drawn = (field: Schema) => prepare({ type: "object", properties: { a: field }, $defs: { x: { type: "object" } } }).properties?.a;

describe("the copy that is drawn", () => {
  it("draws `T | null` as `T`", () => {
    expect(drawn({ type: ["string", "null"], enum: ["x", null] })).toEqual({ type: "string", enum: ["x"] });
    expect(drawn({ title: "A", anyOf: [{ type: "integer" }, { type: "null" }] })).toEqual({ title: "A", type: "integer" });
  });

  it("draws prefixItems as a tuple", () => {
    expect(drawn({ type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } })).toEqual({ type: "array", items: [{ type: "string" }], additionalItems: { type: "number" } });
  });

  it("draws dependentSchemas and dependentRequired as dependencies", () => {
    expect(drawn({ type: "object", dependentRequired: { a: ["b"] }, dependentSchemas: { c: { type: "object" } } })).toEqual({ type: "object", dependencies: { a: ["b"], c: { type: "object" } } });
  });

  it("keeps what stands beside a reference", () => {
    expect(drawn({ $ref: "#/$defs/x", required: ["y"] })).toEqual({ allOf: [{ $ref: "#/$defs/x" }], required: ["y"] });
    expect(drawn({ $ref: "#/$defs/x", title: "X" })).toEqual({ $ref: "#/$defs/x", title: "X" });
  });

  it("draws no choice between mere rules", () => {
    expect(drawn({ type: "string", oneOf: [{ pattern: "a" }, { format: "uri" }] })).toEqual({ type: "string" });
    expect(drawn({ type: "object", properties: { b: { type: "string" }, c: { type: "string" } }, anyOf: [{ required: ["b"] }, { required: ["c"] }] })).not.toHaveProperty("anyOf");
  });

  it("leaves out a reference that leads nowhere, and keeps the rest", () => {
    expect(drawn({ $ref: "#/$defs/gone", title: "X" })).toEqual({ title: "X" });
    expect(drawn({ $ref: "https://elsewhere.example/schema", type: "string" })).toEqual({ type: "string" });
  });

  it("takes data for data, even where it looks like a reference or a name of a part", () => {
    const data = { enum: ["x"], default: { $ref: "#/nowhere", $id: "y" }, title: "A" };
    expect(drawn(data)).toEqual({ ...data, type: "string" });
    expect(drawn({ type: "object", properties: { $ref: { type: "string" }, const: { type: "number" } } })).toEqual({ type: "object", properties: { $ref: { type: "string" }, const: { type: "number" } } });
  });

  it("is told from a schema that would be too large, and from one that merely contains itself", () => {
    const wide = (refs: number): Schema => ({ type: "object", properties: { a: { $ref: "#/$defs/n0" } }, $defs: Object.fromEntries(Array.from({ length: refs }, (_, i) => [`n${i}`, { type: "object", properties: Object.fromEntries(Array.from({ length: refs }, (_, j) => [`p${j}`, { $ref: `#/$defs/n${j}` }])) }])) });
    expect(tooLarge(prepare(wide(2)))).toBe(false);
    expect(tooLarge(prepare(wide(9)))).toBe(true);
  });

  it("infers a type from const, enum, properties and items", () => {
    expect(drawn({ const: 4 })).toHaveProperty("type", "number");
    expect(drawn({ enum: ["a"] })).toHaveProperty("type", "string");
    expect(drawn({ properties: {} })).toHaveProperty("type", "object");
    expect(drawn({ items: { type: "string" } })).toHaveProperty("type", "array");
  });

  it("draws what a person owes as required, but leaves conditions as they are", () => {
    const schema = prepare({ "x-required-to-complete": ["a"], required: ["b"], if: { "x-required-to-complete": ["c"] }, properties: { a: {}, file_descriptions: {} } }, ["file_descriptions"]);
    expect(schema.required).toEqual(["b", "a"]);
    expect(schema.if).toEqual({});
    expect(Object.keys(schema.properties ?? {})).toEqual(["a"]);
  });

  it("does not touch the schema it was given", () => {
    const original = { properties: { a: { type: ["string", "null"] }, $schema: { type: "string" } } };
    const before = JSON.stringify(original);
    prepare(original, ["a"]);
    expect(JSON.stringify(original)).toBe(before);
  });
});

describe("sections", () => {
  it("follow x-group and x-order; what the system fills comes last", () => {
    const sections = sectionsOf(
      {
        properties: {
          created_by: { "x-group": "Record" },
          late: { "x-group": "B", "x-order": 9 },
          early: { "x-group": "A", "x-order": 1 },
          own: { "x-filled-by": "system", "x-group": "A", "x-order": 0 },
          loose: {},
        },
      },
      "More",
      "System",
    );
    expect(sections.map((s) => [s.title, s.names])).toEqual([["A", ["early"]], ["B", ["late"]], ["More", ["loose"]], ["System", ["own", "created_by"]]]);
  });
});

describe("pruning", () => {
  it("keeps the places of values in a list", () => {
    expect(prune({ a: [null, 2, null, "", null], b: [null] }, new Set())).toEqual({ a: [null, 2] });
  });

  it("leaves no trace of what was emptied, and keeps false and zero", () => {
    expect(prune({ a: "", b: "  ", c: { d: undefined, e: [""] }, f: 0, g: false, h: null, keep: null }, new Set(["keep"]))).toEqual({ f: 0, g: false, keep: null });
  });
});
