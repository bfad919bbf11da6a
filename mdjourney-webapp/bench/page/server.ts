/** Answers the requests of the measured screens in the page itself. */

const entry = (i: number) => ({
  file_identifier: `id-${i}`, file_path: `folder ${Math.floor(i / 500)}/file ${String(i).padStart(6, "0")}.csv`, file_name: `file ${i}.csv`, file_size_bytes: 1000 + i,
  mime_type: "text/csv", role: "raw", status: "present", version_state: "V1", file_modified_utc: "2026-11-20T10:00:00Z",
});

export function serveFiles(rows: number): void {
  window.fetch = (input) => {
    const url = new URL(String(input), location.href);
    if (url.pathname.endsWith("/facets")) return Promise.resolve(Response.json({ total: rows, bytes: 0, facets: {} }));
    if (url.pathname.endsWith("/origins")) return Promise.resolve(Response.json({ origins: {} }));
    if (!url.pathname.includes("/files")) return Promise.resolve(Response.json({ items: [], next_cursor: null }));
    const from = Number(url.searchParams.get("offset") ?? url.searchParams.get("cursor") ?? 0);
    const to = Math.min(rows, from + Number(url.searchParams.get("limit") ?? 100));
    const items = Array.from({ length: to - from }, (_, i) => entry(from + i));
    return Promise.resolve(Response.json({ items, next_cursor: to < rows ? String(to) : null, total: rows }));
  };
}
