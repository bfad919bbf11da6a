/** The person's sessions that run, to open or to stop. */
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import Box from "@mui/material/Box";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { post } from "../../api/client";
import type { Session, Sessions } from "../../api/types";
import { Failure } from "../../components/Failure";
import { ago, folderName } from "../../lib/format";
import { t } from "../../lib/texts";

export function RunningList({ sessions }: { sessions: Sessions }) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: (id: string) => post("/api/session/stop", { session_id: id }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["session"] });
      void queries.invalidateQueries({ queryKey: ["configs"] });
    },
  });
  const live = sessions.sessions.filter((s) => s.state !== "stopped" && s.state !== "failed");
  if (live.length === 0) return null;
  return (
    <section aria-labelledby="running">
      <Typography id="running" variant="h2" sx={{ mb: 1 }}>{t.start.running}</Typography>
      <Stack spacing={1}>
        {live.map((s) => <Running key={s.session_id} session={s} current={s.session_id === sessions.session?.session_id} onStop={() => stop.mutate(s.session_id)} busy={stop.isPending} />)}
        <Failure error={stop.error} />
      </Stack>
    </section>
  );
}

function Running({ session, current, onStop, busy }: { session: Session; current: boolean; onStop: () => void; busy: boolean }) {
  return (
    <Paper variant="outlined" sx={{ p: 1.5, display: "flex", gap: 1.5, alignItems: "center", borderColor: current ? "primary.main" : undefined }}>
      <Box sx={{ width: 10, height: 10, borderRadius: 5, bgcolor: session.state === "ready" ? "success.main" : "warning.main", flexShrink: 0 }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>{session.name ?? folderName(session.monitor_path)}</Typography>
        <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{session.monitor_path} · {ago(session.started_at)}</Typography>
      </Box>
      <Button onClick={onStop} disabled={busy} data-testid="session-stop">{t.start.stop}</Button>
      {current && <Button component={Link} to="/workspace" variant="contained" data-testid="session-open">{t.start.open}</Button>}
    </Paper>
  );
}
