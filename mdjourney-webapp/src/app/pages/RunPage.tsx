/** One run: its form, and marking it complete. */
import Box from "@mui/material/Box";
import { lazy, useState } from "react";
import { useParams } from "react-router";
import { useRun } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { RunHeader } from "../../features/runs/RunHeader";

const DocumentEditor = lazy(() => import("../../features/documents/DocumentEditor"));

export default function RunPage() {
  const { runId = "" } = useParams();
  const run = useRun(runId);
  const [dirty, setDirty] = useState(false);
  if (run.isPending) return <Lines n={6} />;
  if (!run.data) return <Failure error={run.error} onRetry={() => void run.refetch()} />;
  return (
    <Box>
      <RunHeader run={run.data} dirty={dirty} />
      <DocumentEditor path={`/api/v1/runs/${runId}/metadata/experiment_contextual`} readOnly={run.data.status !== "open"} onDirty={setDirty} />
    </Box>
  );
}
