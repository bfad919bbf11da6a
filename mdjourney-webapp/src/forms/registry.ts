/** Which widget or field edits which schema: a list of (tester, choice), first match wins. */
import type { UiSchema } from "@rjsf/utils";
import { follow, isSchema, type Schema } from "./schema";

type Tester = (schema: Schema, name: string) => boolean;

const isText = (s: Schema) => s.type === "string" && !s.enum && s.const === undefined;
const LONG = /description|abstract|summary|details|notes|strategy|conditions|deviations|observations|method|tail|legal_basis/;

const RULES: [Tester, UiSchema][] = [
  [(s) => s["x-table"] !== undefined, { "ui:field": "TableField" }],
  [(s) => s["x-widget"] === "instruments" && s.type === "array", { "ui:field": "InstrumentsField" }],
  [(s) => s["x-widget"] === "files" && s.type === "array", { "ui:field": "FilesField" }],
  [(s) => isText(s) && (s.format === "orcid" || s.format === "ror"), { "ui:widget": "IdWidget" }],
  [(s) => isText(s) && (s["x-widget"] === "spdx" || s.format === "spdx" || s["x-widget"] === "ucum"), { "ui:widget": "SuggestWidget" }],
  [(s) => s.type === "boolean", { "ui:widget": "TriStateWidget" }],
  [(s) => s.type === "string" && !!s.enum, { "ui:widget": "ChoiceWidget" }],
  [(s) => isText(s) && s.format === "date", { "ui:widget": "DayWidget" }],
  [(s) => isText(s) && (s["x-multiline"] === true || s["x-widget"] === "textarea"), { "ui:widget": "LongTextWidget" }],
  [(s, name) => isText(s) && !s.format && !s.pattern && LONG.test(name) && (s.maxLength ?? 999) > 200, { "ui:widget": "LongTextWidget" }],
  [(s) => isText(s) || s.type === "number" || s.type === "integer", { "ui:widget": "LineWidget" }],
  [(s) => s.type === "array" && isSchema(s.items) && isText(s.items) && s["x-filled-by"] !== "system", { "ui:field": "WordsField" }],
  [(s) => s.type === "object" && !hasProperties(s), { "ui:field": "PairsField" }],
  [(s) => s.type === undefined && !hasStructure(s), { "ui:field": "JsonField" }],
  [(s) => Array.isArray(s.type), { "ui:field": "JsonField" }],
];

const hasProperties = (s: Schema) => Object.keys(s.properties ?? {}).length > 0 || !!s.allOf || !!s.anyOf || !!s.oneOf || !!s.patternProperties;
const hasStructure = (s: Schema) => ["$ref", "properties", "allOf", "anyOf", "oneOf", "items", "enum", "const", "if"].some((k) => s[k] !== undefined);

/** What edits a field: the first rule that fits. */
export const choiceOf = (schema: Schema, name: string): UiSchema => RULES.find(([test]) => test(schema, name))?.[1] ?? {};

/** The uiSchema of a prepared schema. */
export function uiSchemaOf(root: Schema): UiSchema {
  return uiOf(root, "", root, 0);
}

function uiOf(raw: Schema, name: string, root: Schema, depth: number): UiSchema {
  if (depth > 8) return {};
  const schema = follow(raw, root);
  const ui: UiSchema = { ...(name === "" ? {} : choiceOf(schema, name)) };
  const example = schema.examples?.[0];
  if (typeof example === "string" || typeof example === "number") ui["ui:placeholder"] = String(example);
  if (ui["ui:field"]) return ui;
  for (const part of [schema, ...(schema.allOf ?? []).map((s) => follow(s, root)), ...(schema.then ? [schema.then] : [])]) {
    for (const [key, value] of Object.entries(part.properties ?? {})) {
      if (isSchema(value)) ui[key] = { ...uiOf(value, key, root, depth + 1), ...((ui[key] as UiSchema | undefined) ?? {}) };
    }
  }
  if (isSchema(schema.items)) ui.items = uiOf(schema.items, name + "_item", root, depth + 1);
  return ui;
}
