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

export const isProject = (row: Content): boolean => row.kind === "project" || (row.kind === undefined && row.trial_id === undefined);

export const titleOf = (p: CatalogueProject): string => find(p, ["project_title", "title", "project_name", "name", "path"]) ?? p.project_id;

export const trialName = (trial: CatalogueTrial): string => find(trial, ["experiment_name", "trial_name", "title", "name"]) ?? trial.trial_id;

export function leadOf(p: CatalogueProject): string {
  const lead = p.principal_investigator ?? inside(p, "metadata", "project_metadata")[0]?.principal_investigator;
  return plain(lead);
}

export function tagsOf(row: Content): string[] {
  const tags = row.tags ?? inside(row, "metadata")[0]?.tags;
  return Array.isArray(tags) ? tags.map((tag) => (typeof tag === "string" ? tag : plain((tag as Content).tag ?? (tag as Content).name))) : [];
}
