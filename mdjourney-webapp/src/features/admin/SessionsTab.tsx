/** Every session that runs on this gateway. */
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../../api/client";
import { getAll } from "../../api/queries";
import type { Session } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { ago } from "../../lib/format";
import { t } from "../../lib/texts";

export const ownerName = (owner: Session["owner"]): string => (typeof owner === "string" ? owner : (owner?.user_id ?? ""));

export function SessionsTab() {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Session | null>(null);
  const sessions = useQuery({ queryKey: ["sessions"], refetchInterval: 4000, queryFn: ({ signal }) => getAll<Session>("/api/sessions", signal) });
  const stop = useMutation({
    mutationFn: (id: string) => post("/api/session/stop", { session_id: id }),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: ["sessions"] });
      void queries.invalidateQueries({ queryKey: ["session"] });
    },
  });
  if (sessions.isPending) return <Lines />;
  if (sessions.error && !sessions.data) return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />;
  if (sessions.data.length === 0) return <Typography color="text.secondary">{t.admin.noSessions}</Typography>;
  return (
    <>
      <Failure error={stop.error} />
      <Paper variant="outlined" sx={{ overflow: "auto" }}>
        <Table size="small" data-testid="admin-sessions">
          <TableHead><TableRow>{[t.admin.owner, t.admin.configName, t.admin.folder, t.admin.state, t.admin.port, t.admin.since, ""].map((h, i) => <TableCell key={i}>{h}</TableCell>)}</TableRow></TableHead>
          <TableBody>
            {sessions.data.map((s) => (
              <TableRow key={s.session_id}>
                <TableCell>{ownerName(s.owner)}</TableCell>
                <TableCell>{s.name}</TableCell>
                <TableCell sx={{ overflowWrap: "anywhere" }}>{s.monitor_path}</TableCell>
                <TableCell>{s.state}{s.reason ? ` (${s.reason})` : ""}</TableCell>
                <TableCell>{s.port}</TableCell>
                <TableCell>{ago(s.started_at)}</TableCell>
                <TableCell align="right"><Button size="small" color="error" onClick={() => setAsked(s)} disabled={s.state === "stopped" || s.state === "failed"}>{t.admin.stop}</Button></TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
      <Ask open={asked !== null} text={t.admin.stopAsk(ownerName(asked?.owner))} action={t.admin.stop} onYes={() => asked && stop.mutate(asked.session_id)} onNo={() => setAsked(null)} />
    </>
  );
}
