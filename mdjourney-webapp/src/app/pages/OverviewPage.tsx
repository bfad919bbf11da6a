/** The lab at a glance, with what the session at hand knows of its projects. */
import { useQuery } from "@tanstack/react-query";
import { getAll, useSessions } from "../../api/queries";
import type { Project } from "../../api/types";
import OverviewPanel from "../../features/overview/OverviewPanel";

export default function OverviewPage() {
  const sessions = useSessions();
  const ready = sessions.data?.session?.state === "ready";
  const here = useQuery({ queryKey: ["projects"], enabled: ready, retry: false, queryFn: ({ signal }) => getAll<Project>("/api/v1/projects", signal) });
  return <OverviewPanel here={here.data ?? []} />;
}
