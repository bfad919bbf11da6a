/** What the overview asks, and how it adds up. */
import { get } from "../../api/client";
import type { Page } from "../../api/types";

const CATALOGUE = "/api/catalog/v1";
export const WEEKS = 12;
const WEEK = 7 * 86_400_000;
export const STALE_DAYS = 14;

export interface ProjectRow {
  project_id: string;
  name: string | null;
  principal_investigator: string | null;
  datasets: number;
  trials: number;
  alive: number;
  last_birth: string | null;
}

export interface DatasetRow {
  dataset_id: string;
  project_id: string;
  state: number;
}

export interface HitRow {
  entity_id: string;
  title: string | null;
  status: string | null;
  user_id: string | null;
  at: string;
}

export interface SaveRow {
  event_id: number;
  at: string;
  subject: string;
  actor_user_id: string | null;
  trial_id: string | null;
  project_id: string;
}

export const ask = <T,>(path: string) => ({
  queryKey: ["catalogue", path],
  refetchInterval: 20_000,
  queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(CATALOGUE + path, signal),
});

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

export const found = (q: string, limit: number) => ask<Page<HitRow>>(`/search?${new URLSearchParams({ q, kind: "trial", limit: String(limit) }).toString()}`);

/** Queries for what needs a look. Days, not moments, so that the question stays the same while the page is open. */
export const staleQuery = (now = Date.now()) => `status:alive born < ${day(now - STALE_DAYS * 86_400_000)}`;
export const recentQuery = (now = Date.now()) => `born >= ${day(now - WEEKS * WEEK)}`;

/** Datasets at V0, V1 and V2 of each project. */
export function byProject(datasets: DatasetRow[]): Map<string, [number, number, number]> {
  const counts = new Map<string, [number, number, number]>();
  for (const d of datasets) {
    const row = counts.get(d.project_id) ?? [0, 0, 0];
    row[Math.min(Math.max(d.state, 0), 2) as 0 | 1 | 2] += 1;
    counts.set(d.project_id, row);
  }
  return counts;
}

/** How many began in each of the last weeks, oldest first, with the day each week begins. */
export function perWeek(births: string[], now = Date.now()): { from: string; n: number }[] {
  const weeks = Array.from({ length: WEEKS }, (_, i) => ({ from: day(now - (WEEKS - i) * WEEK), n: 0 }));
  for (const at of births) {
    const back = Math.floor((now - new Date(at).valueOf()) / WEEK);
    const week = weeks[WEEKS - 1 - Math.max(back, 0)];
    if (week) week.n += 1;
  }
  return weeks;
}
