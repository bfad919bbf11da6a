/** One run: its form, its history, and marking it complete. */
import Box from "@mui/material/Box";
import { lazy, useState } from "react";
import { useParams } from "react-router";
import { useRun } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { RouteTabs } from "../../components/RouteTabs";
import { RunHeader } from "../../features/runs/RunHeader";
import { t } from "../../lib/texts";

const HistoryPanel = lazy(() => import("../../features/history/HistoryPanel"));
const DocumentEditor = lazy(() => import("../../features/documents/DocumentEditor"));

export default function RunPage({ tab = "describe" }: { tab?: "describe" | "history" }) {
  const { runId = "" } = useParams();
  const run = useRun(runId);
  const path = `/api/v1/runs/${runId}/metadata/experiment_contextual`;
  const [dirty, setDirty] = useState(false);
  if (run.isPending) return <Lines n={6} />;
  if (!run.data) return <Failure error={run.error} onRetry={() => void run.refetch()} />;
  return (
    <Box>
      <RunHeader run={run.data} dirty={dirty} />
      <RouteTabs tabs={t.app.run} value={tab} label={t.catalogue.kinds.trial} base={`/workspace/runs/${runId}`} first="describe" />
      {tab === "describe" && <DocumentEditor path={path} readOnly={run.data.status !== "open"} onDirty={setDirty} />}
      {tab === "history" && <HistoryPanel paths={[{ path, title: t.history.title }]} />}
    </Box>
  );
}
