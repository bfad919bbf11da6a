/** What changed since a moment: asked page by page, told newest first and once for each doing. */
import { asked, CATALOGUE, once, type Change, type Changes } from "../../api/catalogue";
import { get } from "../../api/client";

/** The answer comes oldest first; more than this is not walked through. */
const MOST = 2_000;
const PAGE = 500;

export const SPANS = { day: 1, week: 7, month: 30 } as const;
export type Span = keyof typeof SPANS;

/** The moment a span begins, by the full minute, so that the question stays the same for a while. */
export function beginOf(span: Span, now = Date.now()): string {
  return new Date(Math.floor(now / 60_000) * 60_000 - SPANS[span] * 86_400_000).toISOString();
}

export async function changesSince(since: string, projectId: string, signal?: AbortSignal): Promise<{ items: Change[]; cut: boolean }> {
  const items: Change[] = [];
  let page: Changes;
  let cursor = "";
  do {
    page = await get<Changes>(`${CATALOGUE}/changes?${asked({ since, project_id: projectId, limit: PAGE, cursor })}`, signal);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (page.more && items.length < MOST);
  return { items, cut: page.more };
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

/** Newest first, under the day each happened. */
export function byDay(items: Change[]): { day: string; items: Change[] }[] {
  const days: { day: string; items: Change[] }[] = [];
  for (const item of once([...items].sort((a, b) => b.at.localeCompare(a.at)))) {
    const name = day.format(new Date(item.at));
    const last = days.at(-1);
    if (last?.day === name) last.items.push(item);
    else days.push({ day: name, items: [item] });
  }
  return days;
}
