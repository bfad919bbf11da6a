/** Whether gateway, metadata store, connector and the session at hand do well. */
import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { ask, type StoreHealth } from "../../api/catalogue";
import { ApiError, base, get } from "../../api/client";
import type { Health } from "../../api/types";
import { TextLink } from "../../components/TextLink";
import { bytes } from "../../lib/format";
import { syncProblem } from "../../lib/syncProblem";
import { t } from "../../lib/texts";
import { CacheCard } from "./CacheCard";
import { meanSeconds, parseMetrics, sum } from "./metrics";
import { Parked } from "./Parked";
import { Part } from "./Part";

/** Less of the disk than this is told as a problem. */
const SCARCE = 0.05;

const POLL = { refetchInterval: 5_000, retry: false } as const;

const mean = (seconds?: number, count?: number) => (seconds !== undefined && count ? t.admin.ms(seconds / count) : null);
const number = (n?: number) => n?.toLocaleString("en");
const waits = (n: number, oldest?: number | null) => (n > 0 && oldest ? `${t.admin.waiting(n)}, ${t.admin.oldest(oldest)}` : t.admin.waiting(n));

export function HealthTab({ session }: { session: boolean }) {
  const store = useQuery({ ...ask<StoreHealth>("/health"), ...POLL });
  const health = useQuery({ queryKey: ["health"], ...POLL, enabled: session, queryFn: ({ signal }) => get<Health>("/api/v1/health", signal) });
  const queue = store.data?.connector;
  return (
    <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "repeat(auto-fit, minmax(min(300px, 100%), 1fr))", alignItems: "start" }} data-testid="admin-health">
      <Gateway />
      <Part title={t.admin.store} ok={store.isSuccess} pending={store.isPending} rows={[
        [t.admin.state, store.isSuccess ? t.admin.reached : t.admin.cannotBeReached],
        [t.admin.problem, store.error instanceof ApiError ? store.error.message : null],
      ]} />
      {queue && (
        <Part title={t.admin.connector} ok={queue.parked.length === 0} away={t.admin.problem} rows={[[t.admin.queue, waits(queue.waiting, queue.oldest_seconds)], [t.admin.problem, queue.parked.length > 0 ? t.admin.parked(queue.parked.length) : null]]}>
          <Parked items={queue.parked} />
        </Part>
      )}
      {health.data && <OfSession health={health.data} />}
      {session && <CacheCard />}
    </Box>
  );
}

function Gateway() {
  const metrics = useQuery({ queryKey: ["metrics"], ...POLL, queryFn: async ({ signal }) => parseMetrics(await (await fetch(`${base}/metrics`, { signal })).text()) });
  const m = metrics.data ?? [];
  const slowest = sum(m, "mdjourney_backend_start_seconds_max");
  return (
    <Part title={t.admin.gateway} ok={metrics.isSuccess} pending={metrics.isPending} rows={[
      [t.admin.backends, `${sum(m, "mdjourney_backends_ready")} / ${sum(m, "mdjourney_sessions")}`],
      [t.admin.requests, number(sum(m, "mdjourney_requests_total"))],
      [t.admin.failures, number(sum(m, "mdjourney_requests_total", { status: "5xx" }))],
      [t.admin.meanTime, t.admin.ms(meanSeconds(m, "mdjourney_request_seconds"))],
      [t.admin.slowest, slowest > 0 ? t.admin.ms(slowest) : null],
    ]} />
  );
}

/** The folder of the session at hand, its disk, and what its backend has done. */
function OfSession({ health: { available, in_step, pipeline, history, sync, tree, disk, counters, corrupt } }: { health: Health }) {
  const problems = [pipeline.problem, history.problem, syncProblem(sync), corrupt.length > 0 ? t.health.corrupt(corrupt.length) : null].filter(Boolean).join(". ");
  return (
    <>
      <Part title={t.admin.session} ok={available && !problems && sync.state !== "away"} away={t.admin.problem} rows={[
        [t.admin.folder, tree.path],
        [t.admin.state, in_step ? t.admin.inStep : t.admin.notInStep],
        [t.admin.problem, problems || null],
        [t.admin.documents, sync.refused > 0 || corrupt.length > 0 ? <TextLink to="/attention" testId="attention-link">{t.attention.look}</TextLink> : null],
        [t.admin.files, number(pipeline.pending_files ?? 0)],
        [t.admin.history, number(history.waiting)],
        [t.admin.sync, sync.state === "off" ? t.health.off : waits(sync.waiting, sync.oldest_seconds)],
      ]} />
      <Part title={t.admin.disk} ok={disk.free_bytes === null || disk.free_bytes > SCARCE * (disk.total_bytes ?? 0)} away={t.admin.scarce} rows={[[t.admin.space, t.admin.free(bytes(disk.free_bytes), bytes(disk.total_bytes))]]} />
      <Part title={t.admin.work} ok={!counters.commit_failures} away={t.admin.problem} rows={[
        [t.admin.written, number(counters.documents_written)],
        [t.admin.commits, number(counters.commits)],
        [t.admin.commitTime, mean(counters.commit_seconds, counters.commits)],
        [t.admin.commitFailures, counters.commit_failures ? number(counters.commit_failures) : null],
        [t.admin.extractions, number(counters.extractions)],
        [t.admin.rowsSent, number(counters.rows_sent)],
        [t.admin.meanTime, mean(counters.request_seconds, counters.requests)],
      ]} />
    </>
  );
}
