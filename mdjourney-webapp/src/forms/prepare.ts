/** The copy of a schema that rjsf draws: what it cannot draw in draft 2020-12 is said in older words. */
import { humanize } from "../lib/format";
import { localRefs } from "./localRefs";
import { follow, isSchema, type Schema } from "./schema";

const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems", "items"]);
const SINGLE = new Set(["items", "additionalItems", "additionalProperties", "if", "then", "else", "not", "contains", "propertyNames", "unevaluatedProperties"]);

/** Where a part stands: inside a condition nothing is changed that could change what it says; an option keeps its `const`. */
interface Place {
  condition: boolean;
  option: boolean;
  root: Schema;
}

/** Prepares a schema for drawing. `hide` names top-level properties that have a screen of their own. */
export function prepare(schema: Schema, hide: string[] = []): Schema {
  const local = localRefs(without(schema, "$schema"));
  const drawn = walk(without(local, "$id", "id"), { condition: false, option: false, root: local });
  for (const name of ["$schema", ...hide]) if (drawn.properties) delete drawn.properties[name];
  return rooted(drawn);
}

function without(schema: Schema, ...words: string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => !words.includes(word)));
}

/** A document that is a reference as a whole is drawn as what it refers to. */
function rooted(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  return without({ ...follow(schema, schema), ...schema }, "$ref");
}

/** rjsf leaves a field without any keyword out; one with a title is drawn. `true` accepts anything, `false` nothing. */
const named = (name: string, schema: Schema): Schema => (Object.keys(schema).length === 0 ? { title: humanize(name) } : schema);

function walk(schema: Schema, place: Place): Schema {
  const out: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (MAPS.has(key) && isSchema(value)) out[key] = mapped(key, value, place);
    else if (LISTS.has(key) && Array.isArray(value)) out[key] = value.filter((v) => key !== "anyOf" || v !== false).map((v) => part(v, { ...place, option: key === "anyOf" || key === "oneOf" }));
    else if (SINGLE.has(key) && isSchema(value)) out[key] = walk(value, { ...place, option: false, condition: place.condition || key === "if" || key === "not" });
    else out[key] = value;
  }
  return [owed, rulesOnly, nullable, several, constant, tuple, dependencies, patterned, besideRef, inferred, told].reduce((s, step) => step(s, place), out);
}

const part = (value: unknown, place: Place): unknown => (isSchema(value) ? walk(value, place) : value === true ? {} : value);

function mapped(key: string, map: Schema, place: Place): Record<string, unknown> {
  const entries = Object.entries(map).filter(([, v]) => key !== "properties" || v !== false);
  return Object.fromEntries(entries.map(([name, v]) => [name, isSchema(v) || v === true ? named(name, part(v, { ...place, option: false }) as Schema) : v]));
}

type Step = (schema: Schema, place: Place) => Schema;

/** What a person owes is drawn like `required`; a condition stays as it was written. */
const owed: Step = (schema, { condition }) => {
  const { "x-required-to-complete": owes, ...rest } = schema;
  if (!owes || condition) return rest;
  return { ...rest, required: [...new Set([...(rest.required ?? []), ...owes])] };
};

const SHAPE = ["type", "properties", "$ref", "const", "enum", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties", "if", "title"];

/** Options that only say which of the fields must be there, or what a text looks like, are no forms to choose from. */
const rulesOnly: Step = (schema, { condition }) => {
  if (condition) return schema;
  const idle = (["anyOf", "oneOf"] as const).filter((word) => schema[word]?.every((option) => !SHAPE.some((key) => option[key] !== undefined)));
  return idle.length === 0 ? schema : without(schema, ...idle);
};

const isNull = (s: Schema) => s.type === "null" || s.const === null || (Array.isArray(s.enum) && s.enum.every((v) => v === null));

/** `T | null` is drawn as `T`: nothing typed means absent. */
const nullable: Step = (schema) => {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((x) => x !== "null");
    const enums = schema.enum?.filter((x) => x !== null);
    return { ...schema, type: types.length === 1 ? types[0] : types, ...(enums ? { enum: enums } : {}) };
  }
  for (const word of ["anyOf", "oneOf"] as const) {
    const choices = schema[word];
    if (choices?.length === 1 && choices[0]) return { ...choices[0], ...without(schema, word) };
    if (!choices?.some(isNull)) continue;
    const kept = choices.filter((s) => !isNull(s));
    const rest = without(schema, word);
    return kept.length === 1 ? { ...kept[0], ...rest } : { ...rest, [word]: kept };
  }
  return schema;
};

const NESTED: Record<string, string[]> = {
  object: ["properties", "additionalProperties", "patternProperties", "required", "minProperties", "maxProperties"],
  array: ["items", "prefixItems", "uniqueItems", "minItems", "maxItems"],
};

/** A value of several types, one of them nested, is drawn as a choice between them. */
const several: Step = (schema, { condition }) => {
  if (condition || !Array.isArray(schema.type) || !schema.type.some((t) => t in NESTED) || schema.anyOf || schema.oneOf || schema.enum) return schema;
  const { type, title, description, ...rest } = schema;
  const own = (t: string) => Object.fromEntries(Object.entries(rest).filter(([word]) => !Object.values(NESTED).flat().includes(word) || NESTED[t]?.includes(word)));
  const named = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
  return { ...named, anyOf: type.map((t) => told(inferred({ type: t, ...own(t) }, NO_PLACE), { ...NO_PLACE, option: true })) };
};

const NO_PLACE: Place = { condition: false, option: false, root: {} };

/** One value that is possible is drawn as a choice of one, so that it can be said or left out. */
const constant: Step = (schema, { condition, option }) => {
  if (condition || option || schema.const === undefined || schema.const === null || schema.enum) return schema;
  return { ...without(schema, "const"), enum: [schema.const] };
};

const tuple: Step = (schema) => {
  if (!Array.isArray(schema.prefixItems)) return schema;
  const { prefixItems, items, ...rest } = schema;
  return { ...rest, items: prefixItems as Schema[], ...(items === undefined ? {} : { additionalItems: items }) };
};

const dependencies: Step = (schema) => {
  const { dependentSchemas, dependentRequired, ...rest } = schema;
  if (!dependentSchemas && !dependentRequired) return schema;
  const both = { ...(isSchema(dependentRequired) ? dependentRequired : {}), ...(isSchema(dependentSchemas) ? dependentSchemas : {}) };
  return { ...rest, dependencies: both };
};

/** Names by pattern are drawn as free names: whether one fits its pattern is told by the check. */
const patterned: Step = (schema, { condition }) => {
  if (condition || !isSchema(schema.patternProperties)) return schema;
  const { patternProperties, additionalProperties, ...rest } = schema;
  const forms = [...Object.values(patternProperties as Record<string, Schema>), ...(isSchema(additionalProperties) ? [additionalProperties] : [])].filter(isSchema);
  const distinct = [...new Map(forms.map((f) => [JSON.stringify(f), f])).values()];
  if (distinct.length === 0) return { ...rest, additionalProperties: true };
  return { ...rest, additionalProperties: distinct.length === 1 ? distinct[0] : { anyOf: distinct } };
};

const STRUCTURE = ["properties", "required", "allOf", "anyOf", "oneOf", "items", "if"];

const besideRef: Step = (schema) => {
  if (!schema.$ref || !STRUCTURE.some((k) => k in schema)) return schema;
  const { $ref, allOf, ...rest } = schema;
  return { ...rest, allOf: [{ $ref }, ...(allOf ?? [])] };
};

const typeOf = (value: unknown) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

const inferred: Step = (schema) => {
  if (schema.type !== undefined || schema.$ref) return schema;
  if (schema.properties ?? isSchema(schema.additionalProperties)) return { ...schema, type: "object" };
  if (schema.items) return { ...schema, type: "array" };
  const options = (schema.oneOf ?? schema.anyOf)?.map((s) => s.const);
  if (options?.every((v) => v !== undefined)) return { ...schema, type: typeOf(options[0]) };
  const sample = "const" in schema ? schema.const : schema.enum?.[0];
  return sample === undefined || sample === null ? schema : { ...schema, type: typeOf(sample) };
};

const KINDS: Record<string, string> = { string: "Text", number: "Number", integer: "Whole number", boolean: "Yes or no", object: "Several values", array: "List" };

/** An option that has no title is named by what it refers to, by its fields or by its type. */
const told: Step = (schema, { option, root, condition }) => {
  if (!option || condition || schema.title !== undefined || schema.const !== undefined) return schema;
  if (schema.$ref) return { ...schema, title: follow({ $ref: schema.$ref }, root).title ?? humanize(schema.$ref.split("/").at(-1) ?? "") };
  const names = Object.keys(schema.properties ?? {});
  if (names.length > 0) return { ...schema, title: humanize((schema.required?.length ? schema.required : names).slice(0, 3).join(", ")) };
  if (schema.enum) return { ...schema, title: schema.enum.slice(0, 3).map(String).join(", ") };
  if (typeof schema.type === "string" && schema.format) return { ...schema, title: humanize(schema.format) };
  const items = schema.type === "array" && isSchema(schema.items) && typeof schema.items.type === "string" ? `: ${(KINDS[schema.items.type] ?? "").toLowerCase()}` : "";
  return typeof schema.type === "string" ? { ...schema, title: `${KINDS[schema.type] ?? humanize(schema.type)}${items}` } : schema;
};
