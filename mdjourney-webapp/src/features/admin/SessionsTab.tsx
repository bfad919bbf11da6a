/** Every session that runs on this gateway, with what its process uses and why it failed. */
import PlayIcon from "@mui/icons-material/PlayCircleOutline";
import ExpandIcon from "@mui/icons-material/ExpandMore";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useEffect, useRef, useState } from "react";
import { get, post } from "../../api/client";
import type { RunningSession as Row, SessionState } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { ago, bytes, when } from "../../lib/format";
import { t } from "../../lib/texts";

const COLOR: Record<SessionState, "success" | "info" | "error" | "default"> = { requested: "info", starting: "info", ready: "success", stopping: "default", stopped: "default", failed: "error" };

export function SessionsTab() {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Row | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const sessions = useQuery({ queryKey: ["sessions"], refetchInterval: 4000, queryFn: ({ signal }) => get<{ items: Row[]; waiting?: number }>("/api/sessions", signal) });
  const stop = useMutation({
    mutationFn: (id: string) => post("/api/session/stop", { session_id: id }),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: ["sessions"] });
      void queries.invalidateQueries({ queryKey: ["session"] });
    },
  });
  if (sessions.isPending) return <Lines />;
  if (!sessions.data) return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />;
  const { items, waiting = 0 } = sessions.data;
  if (items.length === 0) return <Empty icon={<PlayIcon />} title={t.admin.noSessions} hint={t.admin.noSessionsHint} />;
  return (
    <>
      <Failure error={stop.error} />
      {waiting > 0 && <Alert severity="warning" sx={{ mb: 2 }}>{t.admin.queued(waiting)}</Alert>}
      <Sheet label={t.admin.tabs.sessions} head={[t.admin.configName, t.admin.owner, t.admin.state, t.admin.port, t.admin.memory, t.admin.since, t.admin.lastUsed, ""]} actions={t.admin.actions} testId="admin-sessions">
        {items.map((s) => {
          const shown = open === s.session_id || (s.state === "failed" && open === null);
          const name = s.name ?? s.monitor_path;
          return (
            <Fragment key={s.session_id}>
              <TableRow hover data-testid="session-row" data-state={s.state}>
                <TableCell><Typography sx={{ fontWeight: 600, fontSize: 14 }}>{name}</Typography><Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{s.monitor_path}</Typography></TableCell>
                <TableCell>{s.owner} {s.resident && <Chip label={t.admin.resident} variant="outlined" />}</TableCell>
                <TableCell><Chip label={t.admin.states[s.state] ?? s.state} color={COLOR[s.state]} variant="outlined" /></TableCell>
                <TableCell>{s.port}</TableCell>
                <TableCell sx={{ whiteSpace: "nowrap" }}>{bytes(s.memory_bytes)}</TableCell>
                <TableCell title={when(s.started_at)} sx={{ whiteSpace: "nowrap" }}>{ago(s.started_at)}</TableCell>
                <TableCell title={when(s.last_used_at)} sx={{ whiteSpace: "nowrap" }}>{ago(s.last_used_at)}</TableCell>
                <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>
                  <Button size="small" color="error" onClick={() => setAsked(s)} disabled={s.state === "stopped" || s.state === "failed"} aria-label={`${t.admin.stop}: ${name}`}>{t.admin.stop}</Button>
                  <IconButton size="small" aria-label={t.admin.details(name)} aria-expanded={shown} onClick={() => setOpen(shown ? "" : s.session_id)} data-testid="session-details"><ExpandIcon fontSize="small" sx={{ transform: shown ? "rotate(180deg)" : undefined }} /></IconButton>
                </TableCell>
              </TableRow>
              {shown && <TableRow><TableCell colSpan={8} sx={{ bgcolor: "action.hover" }}><Details row={s} /></TableCell></TableRow>}
            </Fragment>
          );
        })}
      </Sheet>
      <Ask open={asked !== null} text={t.admin.stopAsk(asked?.owner ?? "")} action={t.admin.stop} onYes={() => asked && stop.mutate(asked.session_id)} onNo={() => setAsked(null)} />
    </>
  );
}

/** The end of a session's log, followed while it is looked at; of one that died, what it said last. */
function useLog(row: Row): string[] {
  const log = useQuery({ queryKey: ["sessions", row.session_id, "log"], refetchInterval: 3000, retry: false, queryFn: ({ signal }) => get<{ lines: string[] }>(`/api/sessions/${encodeURIComponent(row.session_id)}/log?lines=${LINES}`, signal) });
  return log.data && log.data.lines.length > 0 ? log.data.lines : (row.log_tail ?? []);
}

const LINES = 100;

function Details({ row }: { row: Row }) {
  const lines = useLog(row);
  const facts: [string, string | number | null | undefined][] = [[t.admin.process, row.pid], [t.admin.startedIn, row.spawn_seconds && t.admin.ms(row.spawn_seconds)], [t.admin.restarts, row.restarts], [t.admin.reason, row.reason]];
  return (
    <Box sx={{ py: 1 }}>
      <Typography variant="body2" sx={{ mb: 1 }}>{facts.filter(([, v]) => v !== null && v !== undefined && v !== "").map(([k, v]) => `${k}: ${v}`).join(" · ")} · <code>{row.session_id}</code></Typography>
      {lines.length > 0 ? <Log lines={lines} /> : <Typography variant="body2" color="text.secondary">{t.admin.noLog}</Typography>}
    </Box>
  );
}

/** Stays at its end while it is there. */
function Log({ lines }: { lines: string[] }) {
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  const last = lines.at(-1);
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last, lines.length]);
  return (
    <Box ref={box} component="pre" tabIndex={0} role="region" aria-label={t.admin.log} data-testid="session-log" onScroll={(e) => (atEnd.current = e.currentTarget.scrollTop + e.currentTarget.clientHeight >= e.currentTarget.scrollHeight - 8)} sx={{ m: 0, p: 1.5, maxHeight: 260, overflow: "auto", fontSize: 12, whiteSpace: "pre-wrap", overflowWrap: "anywhere", bgcolor: "background.paper", border: 1, borderColor: "divider", borderRadius: 1 }}>{lines.join("\n")}</Box>
  );
}
