/** Which widget or field edits which schema: a list of (tester, choice), first match wins. */
import type { UiSchema } from "@rjsf/utils";
import { isSchema, type Schema } from "./schema";

type Tester = (schema: Schema, name: string) => boolean;

const isText = (s: Schema) => s.type === "string" && !s.enum && s.const === undefined && !s.oneOf && !s.anyOf;
const LONG = /description|abstract|summary|details|notes|strategy|conditions|deviations|observations|method|tail|legal_basis/;
const PLAIN = new Set(["string", "number", "integer", "boolean"]);

const RULES: [Tester, UiSchema][] = [
  [(s) => s["x-table"] !== undefined, { "ui:field": "TableField" }],
  [(s) => s["x-widget"] === "instruments" && s.type === "array", { "ui:field": "InstrumentsField" }],
  [(s) => s["x-widget"] === "files" && s.type === "array", { "ui:field": "FilesField" }],
  [(s) => isText(s) && (s.format === "orcid" || s.format === "ror"), { "ui:widget": "IdWidget" }],
  [(s) => isText(s) && (s["x-widget"] === "spdx" || s.format === "spdx" || s["x-widget"] === "ucum" || s["x-widget"] === "instruments" || s["x-widget"] === "files"), { "ui:widget": "SuggestWidget" }],
  [(s) => s.type === "boolean" && !s.enum, { "ui:widget": "TriStateWidget" }],
  [(s) => isChoice(s), { "ui:widget": "ChoiceWidget" }],
  [(s) => isText(s) && s.format === "date", { "ui:widget": "DayWidget" }],
  [(s) => isText(s) && (s["x-multiline"] === true || s["x-widget"] === "textarea"), { "ui:widget": "LongTextWidget" }],
  [(s, name) => isText(s) && !s.format && !s.pattern && LONG.test(name) && (s.maxLength ?? 999) > 200, { "ui:widget": "LongTextWidget" }],
  [(s) => isText(s) || ((s.type === "number" || s.type === "integer") && !s.oneOf && !s.anyOf), { "ui:widget": "LineWidget" }],
  [(s) => s.type === "array" && Array.isArray(s.items), { "ui:field": "TupleField" }],
  [(s) => s.type === "array" && isSchema(s.items) && s.uniqueItems === true && isChoice(s.items), { "ui:widget": "checkboxes" }],
  [(s) => s.type === "array" && isSchema(s.items) && isText(s.items) && s["x-filled-by"] !== "system", { "ui:field": "WordsField" }],
  [(s) => s.type === "array" && !isSchema(s.items), { "ui:field": "JsonField" }],
  [(s) => s.type === "object" && !hasProperties(s) && !hasStructuredValues(s), { "ui:field": "PairsField" }],
  [(s) => s.type === undefined && !hasStructure(s), { "ui:field": "JsonField" }],
  [(s) => Array.isArray(s.type) && !s.oneOf && !s.anyOf, { "ui:field": "JsonField" }],
];

const options = (s: Schema) => s.oneOf ?? s.anyOf;

/** One of a list of plain values. */
const isChoice = (s: Schema) => typeof s.type === "string" && PLAIN.has(s.type) && (!!s.enum || options(s)?.every((o) => o.const !== undefined) === true);

const hasProperties = (s: Schema) => Object.keys(s.properties ?? {}).length > 0 || !!s.allOf || !!s.anyOf || !!s.oneOf || !!s.if || !!s.dependencies;
/** Free names whose values are more than one plain value each. */
const hasStructuredValues = (s: Schema) => isSchema(s.additionalProperties) && Object.keys(s.additionalProperties).length > 0 && !PLAIN.has(String(s.additionalProperties.type));
const hasStructure = (s: Schema) => ["$ref", "properties", "allOf", "anyOf", "oneOf", "items", "enum", "const", "if", "additionalProperties"].some((k) => s[k] !== undefined);

/** What edits a field: the first rule that fits. */
export const choiceOf = (schema: Schema, name: string): UiSchema => RULES.find(([test]) => test(schema, name))?.[1] ?? {};
