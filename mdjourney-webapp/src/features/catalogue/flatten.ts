/** Metadata as flat dotted fields, and what differs between several of them. */
import type { Content } from "../../api/types";
import { plain } from "../../lib/format";

/** Fields that name the thing itself: they always differ and say nothing. */
const OWN = new Set(["$schema", "schema_version", "experiment_identifier_run_id", "created_date", "last_modified_date", "last_modified_by", "created_by", "birth_timestamp", "death_timestamp", "complete_metadata"]);

export function flatten(value: Content, prefix = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) for (const [k, v] of flatten(inner as Content, `${name}.`)) found.set(k, v);
    else found.set(name, inner);
  }
  return found;
}

export interface FieldRow {
  field: string;
  values: string[];
  same: boolean;
}

/** One row for each field that any of the documents has, in the order of the first that has it. */
export function compare(documents: Content[]): FieldRow[] {
  const flat = documents.map((d) => flatten(d));
  const names = new Set(flat.flatMap((f) => [...f.keys()]));
  return [...names].filter((name) => !OWN.has(name.split(".")[0] ?? name)).map((field) => {
    const values = flat.map((f) => show(f.get(field)));
    return { field, values, same: values.every((v) => v === values[0]) };
  });
}

function show(value: unknown): string {
  if (Array.isArray(value) && value.some((v) => v !== null && typeof v === "object")) return value.map((v) => (v !== null && typeof v === "object" ? Object.values(v as Content).map(plain).join(" ") : plain(v))).join("; ");
  return plain(value);
}
