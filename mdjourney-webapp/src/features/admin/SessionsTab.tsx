/** Every session that runs on this gateway, with what its process uses and why it failed. */
import PlayIcon from "@mui/icons-material/PlayCircleOutline";
import ExpandIcon from "@mui/icons-material/ExpandMore";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { post } from "../../api/client";
import { getAll } from "../../api/queries";
import type { Session, SessionState } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { ago, bytes, when } from "../../lib/format";
import { t } from "../../lib/texts";

export const ownerName = (owner: Session["owner"]): string => (typeof owner === "string" ? owner : (owner?.user_id ?? ""));

interface Row extends Session {
  memory_bytes?: number | null;
  pid?: number | null;
  restarts?: number;
  resident?: boolean;
  last_used_at?: string | null;
}

const COLOR: Record<SessionState, "success" | "info" | "error" | "default"> = { requested: "info", starting: "info", ready: "success", stopping: "default", stopped: "default", failed: "error" };

export function SessionsTab() {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Row | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const sessions = useQuery({ queryKey: ["sessions"], refetchInterval: 4000, queryFn: ({ signal }) => getAll<Row>("/api/sessions", signal) });
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
  if (sessions.data.length === 0) return <Empty icon={<PlayIcon />} title={t.admin.noSessions} hint={t.admin.noSessionsHint} />;
  return (
    <>
      <Failure error={stop.error} />
      <Sheet label={t.admin.tabs.sessions} head={[t.admin.configName, t.admin.owner, t.admin.state, t.admin.port, t.admin.memory, t.admin.since, ""]} actions={t.admin.actions} testId="admin-sessions">
        {sessions.data.map((s) => {
          const shown = open === s.session_id || (s.state === "failed" && open === null);
          const name = s.name ?? s.monitor_path;
          return (
            <Fragment key={s.session_id}>
              <TableRow hover data-testid="session-row" data-state={s.state}>
                <TableCell><Typography sx={{ fontWeight: 600, fontSize: 14 }}>{name}</Typography><Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{s.monitor_path}</Typography></TableCell>
                <TableCell>{ownerName(s.owner)} {s.resident && <Chip label={t.admin.resident} variant="outlined" />}</TableCell>
                <TableCell><Chip label={t.admin.states[s.state] ?? s.state} color={COLOR[s.state]} variant="outlined" /></TableCell>
                <TableCell>{s.port}</TableCell>
                <TableCell sx={{ whiteSpace: "nowrap" }}>{bytes(s.memory_bytes)}</TableCell>
                <TableCell title={when(s.started_at)} sx={{ whiteSpace: "nowrap" }}>{ago(s.started_at)}</TableCell>
                <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>
                  <Button size="small" color="error" onClick={() => setAsked(s)} disabled={s.state === "stopped" || s.state === "failed"} aria-label={`${t.admin.stop}: ${name}`}>{t.admin.stop}</Button>
                  <IconButton size="small" aria-label={t.admin.details(name)} aria-expanded={shown} onClick={() => setOpen(shown ? "" : s.session_id)} data-testid="session-details"><ExpandIcon fontSize="small" sx={{ transform: shown ? "rotate(180deg)" : undefined }} /></IconButton>
                </TableCell>
              </TableRow>
              {shown && <TableRow><TableCell colSpan={7} sx={{ bgcolor: "action.hover" }}><Details row={s} /></TableCell></TableRow>}
            </Fragment>
          );
        })}
      </Sheet>
      <Ask open={asked !== null} text={t.admin.stopAsk(ownerName(asked?.owner))} action={t.admin.stop} onYes={() => asked && stop.mutate(asked.session_id)} onNo={() => setAsked(null)} />
    </>
  );
}

function Details({ row }: { row: Row }) {
  const log = Array.isArray(row.log_tail) ? row.log_tail.join("\n") : row.log_tail;
  const facts: [string, string | number | null | undefined][] = [[t.admin.process, row.pid], [t.admin.restarts, row.restarts], [t.admin.lastUsed, row.last_used_at && ago(row.last_used_at)], [t.admin.reason, row.reason]];
  return (
    <Box sx={{ py: 1 }}>
      <Typography variant="body2" sx={{ mb: 1 }}>{facts.filter(([, v]) => v !== null && v !== undefined && v !== "").map(([k, v]) => `${k}: ${v}`).join(" · ")} · <code>{row.session_id}</code></Typography>
      {log ? <Box component="pre" tabIndex={0} role="region" aria-label={t.admin.log} sx={{ m: 0, p: 1.5, maxHeight: 260, overflow: "auto", fontSize: 12, bgcolor: "background.paper", border: 1, borderColor: "divider", borderRadius: 1 }}>{log}</Box> : <Typography variant="body2" color="text.secondary">{t.admin.noLog}</Typography>}
    </Box>
  );
}
