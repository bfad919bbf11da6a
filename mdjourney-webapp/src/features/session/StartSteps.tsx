/** What happens while a session starts, live; the end of its log when it fails. */
import CheckIcon from "@mui/icons-material/CheckCircle";
import FailIcon from "@mui/icons-material/Cancel";
import WaitIcon from "@mui/icons-material/RadioButtonUnchecked";
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useEffect, useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { base } from "../../api/client";
import { useSessions } from "../../api/queries";
import type { Session, SessionState } from "../../api/types";
import { t } from "../../lib/texts";

const ORDER: SessionState[] = ["requested", "starting", "ready"];

export function StartSteps({ session: first, onReady, onClose }: { session: Session; onReady: () => void; onClose: () => void }) {
  const session = useFollowed(first);
  const told = useRef(false);
  useEffect(() => {
    if (session.state !== "ready" || told.current) return;
    told.current = true;
    onReady();
  }, [session.state, onReady]);
  if (session.state === "failed" || session.state === "stopped") return <Failed session={session} onClose={onClose} />;
  const at = ORDER.indexOf(session.state);
  return (
    <Paper variant="outlined" sx={{ p: 2.5 }} data-testid="start-steps" role="status">
      <Stack direction="row" spacing={4} useFlexGap flexWrap="wrap">
        <Step state="done" text={t.start.steps.send} />
        {ORDER.map((step, i) => (
          <Step key={step} state={i < at || session.state === "ready" ? "done" : i === at ? "now" : "todo"} text={t.start.steps[step as "requested" | "starting" | "ready"]} />
        ))}
      </Stack>
    </Paper>
  );
}

function Step({ state, text }: { state: "done" | "now" | "todo"; text: string }) {
  const icon = state === "done" ? <CheckIcon color="success" /> : state === "now" ? <CircularProgress size={20} aria-label={t.app.loading} /> : <WaitIcon color="disabled" />;
  return (
    <Stack direction="row" spacing={1} alignItems="center">
      {icon}
      <Typography color={state === "todo" ? "text.secondary" : "text.primary"}>{text}</Typography>
    </Stack>
  );
}

function Failed({ session, onClose }: { session: Session; onClose: () => void }) {
  const tail = Array.isArray(session.log_tail) ? session.log_tail.join("\n") : session.log_tail;
  return (
    <Alert severity="error" icon={<FailIcon />} onClose={onClose} data-testid="start-failed">
      <AlertTitle>{t.start.failed}</AlertTitle>
      {session.reason}
      {tail && (
        <Box component="pre" aria-label={t.start.log} tabIndex={0} sx={{ mt: 1, mb: 0, maxHeight: 220, overflow: "auto", fontSize: 12 }}>{tail}</Box>
      )}
    </Alert>
  );
}

/** The newest state of a session: told by the stream, asked for every second as well. */
function useFollowed(first: Session): Session {
  const queries = useQueryClient();
  const known = useSessions(1000);
  useEffect(() => {
    const source = new EventSource(`${base}/api/session/events`);
    source.addEventListener("state", () => void queries.invalidateQueries({ queryKey: ["session"] }));
    return () => source.close();
  }, [queries]);
  const found = known.data?.sessions.find((s) => s.session_id === first.session_id) ?? known.data?.session;
  return found?.session_id === first.session_id ? found : first;
}
