/** Search results as a CSV file that spreadsheets open without running anything in it. */
import { get } from "../../api/client";
import type { Page } from "../../api/types";
import { searchPath, type Hit, type Kind } from "./shapes";

const COLUMNS = ["kind", "entity_id", "title", "status", "project_id", "user_id", "at", "tags"] as const;
export const MOST_ROWS = 5_000;

/** A cell; text that a spreadsheet would take for a formula begins with an apostrophe. */
export function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(rows: Hit[]): string {
  const lines = rows.map((row) => COLUMNS.map((c) => cell(c === "tags" ? (row.tags ?? []).join(" ") : (row[c] ?? ""))).join(","));
  return [COLUMNS.join(","), ...lines].join("\r\n") + "\r\n";
}

/** Every match, newest first, up to `MOST_ROWS`; `cut` says that there are more. */
export async function allHits(q: string, kind: Kind | null): Promise<{ rows: Hit[]; cut: boolean }> {
  const rows: Hit[] = [];
  let cursor: string | null | undefined = "";
  do {
    const page: Page<Hit> = await get<Page<Hit>>(searchPath(q, kind, cursor, 500));
    rows.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && rows.length < MOST_ROWS);
  return { rows, cut: !!cursor };
}

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
