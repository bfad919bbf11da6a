/** What the overview asks, and how it adds up. */
import { ask, asked, type DatasetRow, type Hit } from "../../api/catalogue";
import type { Page } from "../../api/types";

export const WEEKS = 12;
const WEEK = 7 * 86_400_000;
export const STALE_DAYS = 14;

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

export const found = (q: string, limit: number) => ask<Page<Hit>>(`/search?${asked({ q, kind: "trial", limit })}`);

/** Queries for what needs a look. Days, not moments, so that the question stays the same while the page is open. */
export const staleQuery = (now = Date.now()) => `status:alive born < ${day(now - STALE_DAYS * 86_400_000)}`;
export const recentQuery = (now = Date.now()) => `born >= ${day(now - WEEKS * WEEK)}`;

/** Datasets at V0, V1 and V2 of each project. */
export function byProject(datasets: Pick<DatasetRow, "dataset_id" | "project_id" | "state">[]): Map<string, [number, number, number]> {
  const counts = new Map<string, [number, number, number]>();
  for (const d of datasets) {
    if (d.project_id === null) continue;
    const row = counts.get(d.project_id) ?? [0, 0, 0];
    row[Math.min(Math.max(d.state ?? 0, 0), 2) as 0 | 1 | 2] += 1;
    counts.set(d.project_id, row);
  }
  return counts;
}

/** How many began in each of the last weeks, oldest first, with the day each week begins. */
export function perWeek(births: (string | null)[], now = Date.now()): { from: string; n: number }[] {
  const weeks = Array.from({ length: WEEKS }, (_, i) => ({ from: day(now - (WEEKS - i) * WEEK), n: 0 }));
  for (const at of births) {
    if (at === null) continue;
    const back = Math.floor((now - new Date(at).valueOf()) / WEEK);
    const week = weeks[WEEKS - 1 - Math.max(back, 0)];
    if (week) week.n += 1;
  }
  return weeks;
}
