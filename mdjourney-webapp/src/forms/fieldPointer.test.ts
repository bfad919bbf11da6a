import { describe, expect, it } from "vitest";
import { pointerOfField } from "./fieldPointer";
import type { Schema } from "./schema";

const schema: Schema = {
  type: "object",
  properties: { a: { type: "object", properties: { b_c: { type: "string" } } }, a_b: { type: "object", properties: { c: { type: "string" } } }, people: { type: "array", items: { $ref: "#/$defs/p" } }, by: { type: "object" }, x: { oneOf: [{ type: "string" }, { properties: { value: { type: "number" } } }] } },
  allOf: [{ properties: { extra: { type: "string" } } }],
  $defs: { p: { type: "object", properties: { name: { type: "string" } } } },
};

describe("the value a field edits", () => {
  it.each([
    ["root_people_0_name", "/people/0/name"],
    ["root_people", "/people"],
    ["root_extra", "/extra"],
    ["root_x_value", "/x/value"],
    ["root_a_b_c", "/a_b/c"],
    ["root_by_free name", "/by/free name"],
    ["root_by_x/y", "/by/x~1y"],
    ["root_nowhere", null],
    ["other", null],
  ])("%s", (id, pointer) => {
    expect(pointerOfField(id, schema, { by: { "free name": 1, "x/y": 2 } })).toBe(pointer);
  });

  it("prefers what is there where names could be cut in two ways", () => {
    expect(pointerOfField("root_a_b_c", { type: "object", properties: { a: { type: "object", properties: { b_c: {} } } } }, {})).toBe("/a/b_c");
  });
});
