/** Whether gateway, metadata store, connector and the session at hand do well. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError, base, get } from "../../api/client";
import { ask, type StoreHealth } from "../../api/catalogue";
import type { Health } from "../../api/types";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { bytes } from "../../lib/format";
import { t } from "../../lib/texts";
import { meanSeconds, parseMetrics, sum } from "./metrics";

/** Less of the disk than this is told as a problem. */
const SCARCE = 0.05;

const mean = (seconds?: number, count?: number) => (seconds !== undefined && count ? t.admin.ms(seconds / count) : null);
const number = (n?: number) => n?.toLocaleString("en");

const POLL = { refetchInterval: 5_000, retry: false } as const;

export function HealthTab({ session }: { session: boolean }) {
  const metrics = useQuery({ queryKey: ["metrics"], ...POLL, queryFn: async ({ signal }) => parseMetrics(await (await fetch(`${base}/metrics`, { signal })).text()) });
  const store = useQuery({ ...ask<StoreHealth>("/health"), ...POLL });
  const health = useQuery({ queryKey: ["health"], ...POLL, enabled: session, queryFn: ({ signal }) => get<Health>("/api/v1/health", signal) });
  const m = metrics.data ?? [];
  const queue = store.data?.connector;
  const h = health.data;
  return (
    <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "repeat(auto-fit, minmax(300px, 1fr))", alignItems: "start" }} data-testid="admin-health">
      <Part title={t.admin.gateway} ok={metrics.isSuccess} pending={metrics.isPending} rows={[
        [t.admin.backends, `${sum(m, "mdjourney_backends_ready")} / ${sum(m, "mdjourney_sessions")}`],
        [t.admin.requests, sum(m, "mdjourney_requests_total").toLocaleString("en")],
        [t.admin.failures, sum(m, "mdjourney_requests_total", { status: "5xx" }).toLocaleString("en")],
        [t.admin.meanTime, t.admin.ms(meanSeconds(m, "mdjourney_request_seconds"))],
        [t.admin.slowest, t.admin.ms(sum(m, "mdjourney_backend_start_seconds_max"))],
      ]} />
      <Part title={t.admin.store} ok={store.isSuccess} pending={store.isPending} rows={store.error ? [[t.admin.problem, store.error instanceof ApiError ? store.error.message : ""]] : [[t.admin.state, t.admin.ok]]} />
      {queue && <Part title={t.admin.connector} ok={queue.parked.length === 0} rows={[
        [t.admin.queue, t.admin.waiting(queue.waiting)],
        [t.admin.lag, queue.oldest_seconds ? t.admin.oldest(queue.oldest_seconds) : null],
        [t.admin.problem, queue.parked.length > 0 ? t.admin.parked(queue.parked.length) : null],
      ]} />}
      {h && <Part title={t.admin.session} ok={h.available !== false && !h.pipeline?.problem && !h.history?.problem && h.sync?.state !== "away"} rows={[
        [t.admin.folder, h.tree?.path],
        [t.admin.state, h.in_step ? t.admin.inStep : t.admin.notInStep],
        [t.health.label, [h.pipeline?.problem, h.history?.problem, h.sync?.problem].filter(Boolean).join(" ") || null],
        [t.admin.queue, t.admin.waiting((h.pipeline?.pending_files ?? 0) + (h.history?.waiting ?? 0) + (h.sync?.waiting ?? 0))],
      ]} />}
      {h?.disk && <Part title={t.admin.disk} ok={h.disk.free_bytes === null || h.disk.free_bytes > SCARCE * (h.disk.total_bytes ?? 0)} away={t.admin.scarce} rows={[
        [t.admin.space, t.admin.free(bytes(h.disk.free_bytes), bytes(h.disk.total_bytes))],
        [t.admin.versions, typeof h.disk.cache_bytes === "number" ? bytes(h.disk.cache_bytes) : null],
      ]} />}
      {h?.counters && <Part title={t.admin.work} ok={!h.counters.commit_failures} away={t.admin.problem} rows={[
        [t.admin.written, number(h.counters.documents_written)],
        [t.admin.commits, number(h.counters.commits)],
        [t.admin.commitTime, mean(h.counters.commit_seconds, h.counters.commits)],
        [t.admin.commitFailures, h.counters.commit_failures ? number(h.counters.commit_failures) : null],
        [t.admin.extractions, number(h.counters.extractions)],
        [t.admin.rowsSent, number(h.counters.rows_sent)],
        [t.admin.meanTime, mean(h.counters.request_seconds, h.counters.requests)],
      ]} />}
    </Box>
  );
}

function Part({ title, ok, away = t.admin.away, pending, rows }: { title: string; ok: boolean; away?: string; pending?: boolean; rows: [string, ReactNode][] }) {
  return (
    <Panel title={title} actions={!pending && <Chip label={ok ? t.admin.ok : away} color={ok ? "success" : "warning"} variant="outlined" />}>
      {pending ? <Lines n={2} /> : rows.filter(([, v]) => v !== null && v !== undefined).map(([name, value], i) => (
        <Box key={i} sx={{ display: "flex", justifyContent: "space-between", gap: 2, py: 0.4 }}>
          <Typography variant="body2" color="text.secondary">{name}</Typography>
          <Typography variant="body2" sx={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere", textAlign: "right" }}>{value}</Typography>
        </Box>
      ))}
    </Panel>
  );
}
