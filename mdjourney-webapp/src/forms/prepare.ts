/** The copy of a schema that rjsf draws: what it cannot draw in draft 2020-12 is said in older words. */
import { humanize } from "../lib/format";
import { isSchema, type Schema } from "./schema";

const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const SINGLE = new Set(["items", "additionalProperties", "if", "then", "else", "not", "contains", "propertyNames", "unevaluatedProperties"]);

/** Prepares a schema for drawing. `hide` names top-level properties that have a screen of their own. */
export function prepare(schema: Schema, hide: string[] = []): Schema {
  const drawn = walk(without(schema, "$id", "$schema"), false);
  for (const name of ["$schema", ...hide]) if (drawn.properties) delete drawn.properties[name];
  return drawn;
}

function without(schema: Schema, ...words: string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => !words.includes(word)));
}

/** rjsf leaves a field without any keyword out; one with a title is drawn. */
const named = (name: string, schema: Schema): Schema => (Object.keys(schema).length === 0 ? { title: humanize(name) } : schema);

function walk(schema: Schema, condition: boolean): Schema {
  const out: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (MAPS.has(key) && isSchema(value)) {
      out[key] = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, isSchema(v) ? named(k, walk(v, condition)) : v]));
    } else if (LISTS.has(key) && Array.isArray(value)) {
      out[key] = value.map((v) => (isSchema(v) ? walk(v, condition) : (v as unknown)));
    } else if (SINGLE.has(key) && isSchema(value)) {
      out[key] = walk(value, condition || key === "if" || key === "not");
    } else {
      out[key] = value;
    }
  }
  return [owed, nullable, tuple, dependencies, besideRef, inferred].reduce((s, step) => step(s, condition), out);
}

type Step = (schema: Schema, condition: boolean) => Schema;

/** What a person owes is drawn like `required`; a condition stays as it was written. */
const owed: Step = (schema, condition) => {
  const { "x-required-to-complete": owes, ...rest } = schema;
  if (!owes || condition) return rest;
  return { ...rest, required: [...new Set([...(rest.required ?? []), ...owes])] };
};

const isNull = (s: Schema) => s.type === "null";

/** `T | null` is drawn as `T`: nothing typed means absent. */
const nullable: Step = (schema) => {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((x) => x !== "null");
    const enums = schema.enum?.filter((x) => x !== null);
    return { ...schema, type: types.length === 1 ? types[0] : types, ...(enums ? { enum: enums } : {}) };
  }
  for (const word of ["anyOf", "oneOf"] as const) {
    const choices = schema[word];
    if (!choices?.some(isNull)) continue;
    const kept = choices.filter((s) => !isNull(s));
    const rest = without(schema, word);
    return kept.length === 1 ? { ...kept[0], ...rest } : { ...rest, [word]: kept };
  }
  return schema;
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

const STRUCTURE = ["properties", "required", "allOf", "anyOf", "oneOf", "items", "if"];

const besideRef: Step = (schema) => {
  if (!schema.$ref || !STRUCTURE.some((k) => k in schema)) return schema;
  const { $ref, allOf, ...rest } = schema;
  return { ...rest, allOf: [{ $ref }, ...(allOf ?? [])] };
};

const inferred: Step = (schema) => {
  if (schema.type !== undefined || schema.$ref) return schema;
  if (schema.properties) return { ...schema, type: "object" };
  if (schema.items) return { ...schema, type: "array" };
  const sample = "const" in schema ? schema.const : schema.enum?.[0];
  const type = Array.isArray(sample) ? "array" : typeof sample;
  return sample === undefined || sample === null ? schema : { ...schema, type };
};
