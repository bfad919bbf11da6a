/** What to call a row of the catalogue: its columns, or what its metadata says. */
import type { CatalogueProject, CatalogueTrial, Content } from "../../api/types";
import { plain } from "../../lib/format";

const text = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value : null);
const inside = (row: Content, ...keys: string[]): Content[] => keys.map((k) => row[k]).filter((v): v is Content => v !== null && typeof v === "object" && !Array.isArray(v));

function find(row: Content, names: string[]): string | null {
  for (const source of [row, ...inside(row, "metadata", "trial_metadata", "project_metadata", "metadata_json", "details")]) {
    for (const name of names) {
      const found = text(source[name]);
      if (found) return found;
    }
  }
  return null;
}

export const titleOf = (p: CatalogueProject): string => find(p, ["project_title", "name", "title", "project_name", "path"]) ?? p.project_id;

export const trialName = (trial: CatalogueTrial): string => find(trial, ["experiment_name", "trial_name", "title", "name"]) ?? trial.trial_id;

export function leadOf(p: CatalogueProject): string {
  const lead = p.principal_investigator ?? inside(p, "metadata", "project_metadata")[0]?.principal_investigator;
  return plain(lead);
}

export function tagsOf(row: Content): string[] {
  const tags = row.tags ?? inside(row, "metadata")[0]?.tags;
  return Array.isArray(tags) ? tags.map((tag) => (typeof tag === "string" ? tag : plain((tag as Content).tag ?? (tag as Content).name))) : [];
}

/** A list of objects, or none. */
export const list = (value: unknown): Content[] => (Array.isArray(value) ? value.filter((v): v is Content => v !== null && typeof v === "object") : []);

/** What a row says of its subject: its document when it carries one, else its columns. */
export const metadataOf = (row: Content): Content => inside(row, "metadata", "details")[0] ?? row;

/** Where an edge leads, and the screen for it. */
export function edgeTarget(edge: Content): { kind: string; id: string; to: string } | null {
  const kind = plain(edge.target_entity_type ?? edge.kind);
  const id = plain(edge.target_entity_id ?? edge.id);
  if (!kind || !id) return null;
  const to = kind === "trial" ? `/catalogue/trials/${id}` : kind === "project" ? `/catalogue/projects/${id}` : `/catalogue?q=${encodeURIComponent(`#${id}`)}`;
  return { kind, id, to };
}
