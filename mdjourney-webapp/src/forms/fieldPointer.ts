/** Which value of a document a field of its form edits: the way back from the id of a field to a JSON pointer. */
import { toPointer, type Path } from "../lib/pointer";
import { follow, isSchema, type Schema } from "./schema";

/** Names at a place: of the values that are there, and of those the schema knows. */
function namesAt(value: unknown, schema: Schema | undefined, root: Schema): string[] {
  const there = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  return [...new Set([...there, ...(schema ? partsOf(schema, root).flatMap((s) => Object.keys(s.properties ?? {})) : [])])];
}

/** A schema and what it is made of. */
function partsOf(schema: Schema, root: Schema, depth = 0): Schema[] {
  if (depth > 4) return [];
  const whole = follow(schema, root);
  const inner = [...(whole.allOf ?? []), ...(whole.anyOf ?? []), ...(whole.oneOf ?? []), whole.then, whole.else].filter(isSchema);
  return [whole, ...inner.flatMap((s) => partsOf(s, root, depth + 1))];
}

export function schemaOf(schema: Schema, name: string | number, root: Schema): Schema | undefined {
  for (const part of partsOf(schema, root)) {
    const own = typeof name === "number" ? (Array.isArray(part.items) ? part.items[name] : (part.prefixItems as Schema[] | undefined)?.[name] ?? part.items) : part.properties?.[name];
    if (isSchema(own)) return follow(own, root);
  }
  return undefined;
}

/** The path of the field with an id such as `root_people_0_name`; null for one that is none. Names may hold `_` themselves. */
export function pathOfField(id: string, schema: Schema, content: unknown): Path | null {
  if (!id.startsWith("root_")) return null;
  const find = (rest: string, value: unknown, here: Schema | undefined): Path | null => {
    const index = /^(\d+)(?:_|$)/.exec(rest)?.[1];
    const names: (string | number)[] = index !== undefined && (Array.isArray(value) || value === undefined) ? [Number(index)] : namesAt(value, here, schema).sort((a, b) => b.length - a.length);
    for (const name of names) {
      const text = String(name);
      if (rest === text) return [name];
      if (!rest.startsWith(`${text}_`)) continue;
      const inner = find(rest.slice(text.length + 1), value === null || typeof value !== "object" ? undefined : (value as Record<string, unknown>)[text], here && schemaOf(here, name, schema));
      if (inner) return [name, ...inner];
    }
    return null;
  };
  return find(id.slice(5), content, schema);
}

export const pointerOfField = (id: string, schema: Schema, content: unknown): string | null => {
  const path = pathOfField(id, schema, content);
  return path && toPointer(path);
};
