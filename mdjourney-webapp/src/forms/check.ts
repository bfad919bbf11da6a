/** Live judgement of a draft: what is wrong, and what is still missing. Interprets the schema, so it runs under a strict CSP. */
import { dereference, validate, type OutputUnit, type Schema as CfSchema } from "@cfworker/json-schema";
import type { Fault } from "../api/types";
import { follow, isSchema, type Schema } from "./schema";
import { humanize } from "../lib/format";
import { parsePointer } from "../lib/pointer";

export interface Judgement {
  errors: Fault[];
  missing: Fault[];
}

export type Check = (content: unknown) => Judgement;

/** Words whose own error only says that something inside them failed. */
const WRAPPERS = new Set(["properties", "items", "prefixItems", "additionalProperties", "patternProperties", "allOf", "$ref", "if", "dependentSchemas", "$dynamicRef", "$recursiveRef"]);

/** Builds the check of a schema. `hide` names properties that are judged elsewhere. Entries of lists are judged once and remembered. */
export function makeCheck(schema: Schema, hide: string[] = []): Check {
  const judged = owing(schema, false);
  for (const name of hide) delete judged.properties?.[name];
  if (judged.required) judged.required = judged.required.filter((name) => !hide.includes(name));
  const lists = takeEntriesOut(judged);
  const lookup = dereference(judged as CfSchema);
  return (content) => {
    const { errors } = validate(content, judged as CfSchema, "2020-12", lookup, false);
    const ofEntries = [...lists].flatMap(([name, judge]) => judge(isSchema(content) ? content[name] : undefined).map((unit) => ({ ...unit, instanceLocation: `#/${name}${unit.instanceLocation}` })));
    return sort([...errors, ...ofEntries], schema);
  };
}

type JudgeList = (list: unknown) => OutputUnit[];

/** Takes `items` of top-level lists of objects out of a schema; each gets a judge that looks at an entry again only when it is another object. */
function takeEntriesOut(judged: Schema): Map<string, JudgeList> {
  const lists = new Map<string, JudgeList>();
  for (const [name, property] of Object.entries(judged.properties ?? {})) {
    if (/[~/]/.test(name) || property.type !== "array" || !isSchema(property.items) || property.prefixItems !== undefined || !standsAlone([property.items, judged.$defs])) continue;
    const { items, ...rest } = property;
    judged.properties = { ...judged.properties, [name]: rest };
    lists.set(name, entryJudge({ ...items, $defs: judged.$defs }));
  }
  return lists;
}

/** Whether every reference within leads to `$defs`, so that the part can be judged by itself. */
function standsAlone(part: unknown): boolean {
  if (part === null || typeof part !== "object") return true;
  return Object.entries(part).every(([key, value]) => (key === "$ref" ? typeof value === "string" && value.startsWith("#/$defs/") : standsAlone(value)));
}

function entryJudge(entry: Schema): JudgeList {
  const lookup = dereference(entry as CfSchema);
  const known = new WeakMap<object, OutputUnit[]>();
  const judge = (value: unknown): OutputUnit[] => {
    const before = value !== null && typeof value === "object" ? known.get(value) : undefined;
    if (before) return before;
    const { errors } = validate(value, entry as CfSchema, "2020-12", lookup, false);
    if (value !== null && typeof value === "object") known.set(value, errors);
    return errors;
  };
  return (list) => (Array.isArray(list) ? list.flatMap((value, i) => judge(value).map((unit) => ({ ...unit, instanceLocation: `/${i}${unit.instanceLocation.replace(/^#/, "")}` }))) : []);
}

/** A copy in which what a person owes is `required`, so that one pass finds both. */
function owing(node: Schema, condition: boolean): Schema {
  const out: Schema = {};
  for (const [key, value] of Object.entries(node)) {
    const inner = condition || key === "if" || key === "not";
    if (Array.isArray(value)) out[key] = value.map((v: unknown) => (isSchema(v) ? owing(v, inner) : v));
    else out[key] = isSchema(value) && key !== "const" && key !== "default" ? owing(value, inner) : value;
  }
  const owes = node["x-required-to-complete"];
  if (Array.isArray(owes) && !condition) out.required = [...new Set([...(Array.isArray(node.required) ? node.required : []), ...owes])];
  return out;
}

function sort(found: OutputUnit[], schema: Schema): Judgement {
  const errors: Fault[] = [];
  const missing = new Map<string, Fault>();
  for (const unit of found) {
    if (WRAPPERS.has(unit.keyword) || /\/(anyOf|oneOf|not|if|contains)\//.test(unit.keywordLocation)) continue;
    const at = unit.instanceLocation.replace(/^#/, "");
    if (unit.keyword === "required") {
      const name = /property "([^"]*)"/.exec(unit.error)?.[1];
      if (name === undefined) continue;
      const pointer = `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      missing.set(pointer, { pointer, message: titleOf(schema, pointer), keyword: "required" });
    } else {
      errors.push({ pointer: at, message: sentence(unit), keyword: unit.keyword });
    }
  }
  return { errors, missing: [...missing.values()] };
}

const sentence = (unit: OutputUnit) => (unit.keyword === "oneOf" || unit.keyword === "anyOf" ? "This fits none of the allowed forms." : unit.error.replace(/^Instance /, "This ").replace(/^This does/, "This does"));

/** The title of the field at a pointer, or its name made readable. */
export function titleOf(root: Schema, pointer: string): string {
  let here: Schema | undefined = root;
  let title = "";
  for (const part of parsePointer(pointer)) {
    const at: Schema | undefined = here && follow(here, root);
    const items: Schema["items"] = at?.items;
    const next: Schema | undefined = /^\d+$/.test(part) && isSchema(items) ? items : at && property(at, part, root);
    here = next && follow(next, root);
    const own = here?.title ?? (/^\d+$/.test(part) ? String(Number(part) + 1) : humanize(part));
    title = title && own ? `${title} › ${own}` : own;
  }
  return title;
}

function property(schema: Schema, name: string, root: Schema): Schema | undefined {
  const direct = schema.properties?.[name];
  if (direct) return direct;
  for (const part of schema.allOf ?? []) {
    const found = property(follow(part, root), name, root);
    if (found) return found;
  }
  return undefined;
}
