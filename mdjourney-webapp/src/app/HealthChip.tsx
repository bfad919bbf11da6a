/** One glance at the session: in step, working, waiting or in need of a look. */
import OkIcon from "@mui/icons-material/CheckCircleOutline";
import BusyIcon from "@mui/icons-material/Autorenew";
import WarnIcon from "@mui/icons-material/WarningAmber";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Popover from "@mui/material/Popover";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { post } from "../api/client";
import { useLive } from "../api/events";
import { useHealth } from "../api/queries";
import type { Health } from "../api/types";
import { syncProblem } from "../lib/syncProblem";
import { t } from "../lib/texts";

interface Reading {
  label: string;
  color: "success" | "info" | "warning" | "error";
  lines: string[];
  /** Whether the screen of documents that need a look says more. */
  documents?: boolean;
}

/** What a person should know of a health answer, worst first. */
export function readHealth(h: Health | undefined, failed: boolean): Reading {
  if (failed || !h) return { label: failed ? t.health.offline : t.app.loading, color: failed ? "error" : "info", lines: failed ? [t.health.offlineHint] : [] };
  const alarms = [
    h.available === false ? t.health.unavailable : null,
    h.pipeline?.problem,
    h.history?.problem,
    h.sync ? syncProblem(h.sync) : null,
    h.sync?.state === "away" ? t.health.away : null,
    h.corrupt?.length ? t.health.corrupt(h.corrupt.length) : null,
    ...(h.schemas?.problems ?? []).map((p) => `${p.name}: ${p.message}`),
  ].filter((line): line is string => !!line);
  const waits = [
    h.pipeline?.progress && h.pipeline.progress.files_total > 0 ? t.health.workingFiles(h.pipeline.progress.files_done, h.pipeline.progress.files_total) : null,
    h.pipeline?.pending_files ? t.health.pending(h.pipeline.pending_files) : null,
    h.pipeline?.growing?.length ? t.health.growing(h.pipeline.growing.length) : null,
    h.history?.waiting ? t.health.history(h.history.waiting) : null,
    h.sync?.waiting ? t.health.sync(h.sync.waiting, h.sync.oldest_seconds) : null,
    h.sync?.state === "off" ? t.health.off : null,
    h.leader === false ? t.health.follower : null,
  ].filter((line): line is string => !!line);
  if (alarms.length > 0) return { label: t.health.attention, color: "warning", lines: [...alarms, ...waits], documents: !!h.sync?.refused || !!h.corrupt?.length };
  if (h.in_step) return { label: t.health.inStep, color: "success", lines: [t.health.inStepHint, ...waits] };
  return { label: waits[0] ?? t.health.working, color: "info", lines: waits.length ? waits : [t.health.working] };
}

export function HealthChip({ name }: { name: string }) {
  const health = useHealth(true);
  const live = useLive((s) => s.connected);
  const queries = useQueryClient();
  const [at, setAt] = useState<HTMLElement | null>(null);
  const rescan = useMutation({ mutationFn: () => post("/api/v1/rescan"), onSettled: () => void queries.invalidateQueries() });
  const { label, color, lines, documents } = readHealth(health.data, health.isError && !health.isFetching);
  const icon = color === "success" ? <OkIcon /> : color === "info" ? <BusyIcon /> : <WarnIcon />;
  return (
    <>
      <Chip icon={icon} label={label} color={color} variant="outlined" size="medium" onClick={(e) => setAt(e.currentTarget)} aria-label={`${t.health.label}: ${label}`} aria-haspopup="dialog" data-testid="health" data-in-step={health.data?.in_step ?? false} sx={{ maxWidth: { xs: 130, md: 260 } }} />
      <Popover open={at !== null} anchorEl={at} onClose={() => setAt(null)} anchorOrigin={{ vertical: "bottom", horizontal: "right" }} transformOrigin={{ vertical: "top", horizontal: "right" }}>
        <Stack spacing={1} sx={{ p: 2, maxWidth: 360 }}>
          <Typography variant="h3" component="h2">{name}</Typography>
          <Typography variant="caption" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{health.data?.tree?.path} · {live ? t.health.live : t.health.polling}</Typography>
          {lines.map((line) => <Typography key={line} variant="body2" sx={{ overflowWrap: "anywhere" }}>{line}</Typography>)}
          {documents && <Button variant="contained" size="small" component={Link} to="/attention" onClick={() => setAt(null)} data-testid="attention-open">{t.attention.look}</Button>}
          <Button variant="outlined" size="small" disabled={rescan.isPending} onClick={() => rescan.mutate()} data-testid="rescan">{t.health.rescan}</Button>
        </Stack>
      </Popover>
    </>
  );
}
