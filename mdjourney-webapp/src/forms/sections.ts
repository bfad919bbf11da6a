/** How the top-level fields of a document are cut into sections: by `x-group`, in the order of `x-order`. */
import { humanize } from "../lib/format";
import { follow, isSchema, type Schema } from "./schema";

export interface Section {
  id: string;
  title: string;
  names: string[];
}

export const SYSTEM = "system";
const MORE = "more";

/** Fields the system fills: read only by their schema or by what everybody knows of the audit fields. */
const AUDIT = /^(created_by|created_date|last_modified_by|last_modified_date|schema_version|\$schema)$/;

export function isSystem(name: string, schema: Schema): boolean {
  return schema["x-filled-by"] === "system" || schema.readOnly === true || AUDIT.test(name);
}

export function sectionsOf(root: Schema, moreTitle: string, systemTitle: string): Section[] {
  const fields = Object.entries(root.properties ?? {})
    .filter((pair): pair is [string, Schema] => isSchema(pair[1]))
    .map(([name, raw], index) => ({ name, schema: { ...follow(raw, root), ...raw }, index }));
  const ordered = [...fields].sort((a, b) => order(a) - order(b) || a.index - b.index);
  const sections = new Map<string, Section>();
  for (const { name, schema } of ordered) {
    const group = isSystem(name, schema) ? SYSTEM : (schema["x-group"] ?? MORE);
    const id = group.toLowerCase() === SYSTEM ? SYSTEM : group;
    const title = id === SYSTEM ? systemTitle : id === MORE ? moreTitle : humanize(group);
    const section = sections.get(id) ?? { id, title, names: [] };
    section.names.push(name);
    sections.set(id, section);
  }
  const all = [...sections.values()];
  return [...all.filter((s) => s.id !== SYSTEM && s.id !== MORE), ...all.filter((s) => s.id === MORE), ...all.filter((s) => s.id === SYSTEM)];
}

function order({ schema, index }: { schema: Schema; index: number }): number {
  return typeof schema["x-order"] === "number" ? schema["x-order"] : 10_000 + index;
}
