/** The documents that are measured: 300 fields, and a table of many rows. */
import type { Schema } from "../../src/forms/schema";

const FIELDS = 300;
const COLUMNS = ["name", "description", "unit", "type", "minimum", "maximum"];

/** Texts, numbers, dates and choices in six sections; every third one is needed. */
export function manyFields(): Schema {
  const kinds: Schema[] = [{ type: "string" }, { type: "string", maxLength: 200 }, { type: "number", minimum: 0 }, { type: "string", enum: ["one", "two", "three"] }, { type: "string", format: "date" }];
  const properties = Object.fromEntries(
    Array.from({ length: FIELDS }, (_, i) => [`field_${i}`, { ...kinds[i % kinds.length], title: `Field ${i}`, description: `What stands in field ${i}.`, "x-group": `Group ${Math.floor(i / 50)}` }]),
  );
  return { type: "object", title: "Many fields", properties, "x-required-to-complete": Object.keys(properties).filter((_, i) => i % 3 === 0) };
}

export function tableSchema(): Schema {
  const column = (name: string): Schema => ({ title: name, ...(name === "minimum" || name === "maximum" ? { type: "number" } : name === "type" ? { type: "string", enum: ["text", "number", "date"] } : { type: "string" }) });
  return {
    type: "object",
    title: "A table",
    properties: {
      title: { type: "string", title: "Title" },
      variables: { type: "array", title: "Variables", items: { type: "object", title: "Variable", properties: Object.fromEntries(COLUMNS.map((c) => [c, column(c)])), required: ["name"], "x-required-to-complete": ["description"] } },
    },
  };
}

export const tableContent = (rows: number) => ({
  title: "Measured",
  variables: Array.from({ length: rows }, (_, i) => ({ name: `v${i}`, description: `Variable number ${i}`, unit: "mm", type: "number", minimum: i, maximum: i + 1 })),
});
