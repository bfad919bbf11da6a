/** Screens that read a session: they listen to its news, or say how to start one. */
import PlayIcon from "@mui/icons-material/PlayCircleOutline";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, Outlet } from "react-router";
import { listen } from "../api/events";
import { useSessions } from "../api/queries";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { Lines } from "../components/Lines";
import { t } from "../lib/texts";

export function NeedsSession() {
  const sessions = useSessions();
  const queries = useQueryClient();
  const session = sessions.data?.session;
  const [shown, setShown] = useState<string | null>(null);
  if (session?.state === "ready" && session.session_id !== shown) setShown(session.session_id);
  // A backend that died is started again; what is typed here stays on the screen meanwhile.
  const here = session?.state === "ready" || (session?.state === "starting" && session.session_id === shown);
  const id = here ? session.session_id : null;
  useEffect(() => (id ? listen(queries) : undefined), [id, queries]);
  if (sessions.isPending) return <Lines n={6} />;
  if (sessions.error && !sessions.data) return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />;
  if (id) return <Outlet />;
  return (
    <Empty icon={<PlayIcon />} title={t.app.noSession} hint={t.app.noSessionHint}>
      <Button component={Link} to="/start" variant="contained">{t.app.goStart}</Button>
    </Empty>
  );
}
