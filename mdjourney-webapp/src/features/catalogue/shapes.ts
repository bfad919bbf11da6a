/** What the catalogue answers with, and the questions it is asked. */
import { get } from "../../api/client";
import type { Content, Page } from "../../api/types";

export const CATALOGUE = "/api/catalog/v1";

export type Kind = "trial" | "project" | "dataset";

export interface Hit {
  kind: Kind;
  entity_id: string;
  project_id: string | null;
  user_id: string | null;
  title: string | null;
  status: string | null;
  at: string;
  tags: string[] | null;
}

export interface Trial {
  trial_id: string;
  user_id: string | null;
  project_id: string | null;
  birth_timestamp: string;
  death_timestamp: string | null;
  clean_exit: boolean | null;
  status: string;
  recorded_by: string;
  experiment_name: string | null;
  template: string | null;
  project_name: string | null;
  dataset_id: string | null;
  metadata?: Content;
  datasets?: { dataset_id: string; title: string | null; rel_path: string }[];
  edges?: { target_entity_type: string; target_entity_id: string }[];
}

export interface Project {
  project_id: string;
  name: string | null;
  created_at: string;
  updated_at: string;
  project_status: string | null;
  principal_investigator: string | null;
  datasets: number;
  trials: number;
  alive: number;
  last_birth: string | null;
  details?: Content;
  roles?: { user_id: string; domain: string; name: string | null; role: string }[];
}

export interface Dataset {
  dataset_id: string;
  project_id: string;
  title: string | null;
  rel_path: string;
  state: number;
  files: number;
  bytes: number;
  access_level: string | null;
  license: string | null;
  updated_at: string;
}

export interface Saved {
  saved_search_id: string;
  name: string;
  query: string;
}

/** A field that searches can compare, what it holds, and how many things carry it. */
export interface FieldName {
  field: string;
  type: "text" | "number" | "mixed";
  uses: number;
}

export interface Facets {
  facets: Record<string, { value: string; count: number }[]>;
  truncated: boolean;
}

export interface Event {
  at: string;
  event: string;
  actor_user_id: string | null;
  detail: Content | null;
}

export const searchPath = (q: string, kind: Kind | null, cursor = "", limit = 50) =>
  `${CATALOGUE}/search?${new URLSearchParams({ q, ...(kind && { kind }), limit: String(limit), ...(cursor && { cursor }) }).toString()}`;

/** A question to the catalogue, asked again now and then. */
export const ask = <T,>(path: string, refetchInterval: number | false = 15_000) => ({
  queryKey: ["catalogue", path],
  refetchInterval,
  queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(CATALOGUE + path, signal),
});

export const listOf = <T,>(path: string) => ask<Page<T>>(path);

/** The screen that shows a thing of the catalogue. */
export function screenFor(kind: string, id: string): string {
  if (kind === "tag") return `/catalogue?q=${encodeURIComponent(`#${id}`)}`;
  return `/catalogue/${kind}s/${encodeURIComponent(id)}`;
}

export const graphFor = (kind: string, id: string) => `/catalogue/graph/${kind}/${encodeURIComponent(id)}`;
