/** The runs of a dataset, and starting another. */
import PlayIcon from "@mui/icons-material/PlayArrow";
import ScienceIcon from "@mui/icons-material/ScienceOutlined";
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { Link } from "react-router";
import { useMayChange, useRuns } from "../../api/queries";
import type { Run } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { ago, humanize } from "../../lib/format";
import { t } from "../../lib/texts";
import { RunChip } from "./RunChip";
import { StartRun } from "./StartRun";

export function RunsPanel({ datasetId }: { datasetId: string }) {
  const runs = useRuns(datasetId);
  const [starting, setStarting] = useState(false);
  const may = useMayChange();
  const button = may && <Button variant="contained" startIcon={<PlayIcon />} onClick={() => setStarting(true)} data-testid="run-start">{t.runs.start}</Button>;
  return (
    <Stack spacing={2}>
      <Stack direction="row" justifyContent="space-between" alignItems="center" spacing={2} useFlexGap flexWrap={{ xs: "wrap", sm: "nowrap" }}>
        <Typography variant="body2" color="text.secondary">{t.runs.lead}</Typography>
        {runs.data && runs.data.length > 0 && (
          <Stack direction="row" spacing={1} flexShrink={0}>
            <Button component={Link} to={`/workspace/bulk?kind=runs&project=${runs.data[0]?.project_id ?? ""}&dataset=${datasetId}`} data-testid="bulk-open">{t.bulk.open}</Button>
            {button}
          </Stack>
        )}
      </Stack>
      {runs.isPending && <Lines />}
      <Failure error={runs.data ? null : runs.error} onRetry={() => void runs.refetch()} />
      {runs.data?.length === 0 && <Empty icon={<ScienceIcon />} title={t.runs.empty} hint={t.runs.emptyHint}>{button}</Empty>}
      {runs.data && runs.data.length > 0 && (
        <Paper variant="outlined"><List component="div" disablePadding data-testid="run-list">{runs.data.map((run) => <RunRow key={run.run_id} run={run} />)}</List></Paper>
      )}
      {starting && <StartRun datasetId={datasetId} onClose={() => setStarting(false)} />}
    </Stack>
  );
}

function RunRow({ run }: { run: Run }) {
  return (
    <ListItemButton component={Link} to={`/workspace/runs/${run.run_id}`} divider data-testid="run-row" sx={{ gap: 1.5 }}>
      <ListItemText
        primary={run.name ?? t.runs.unnamed}
        secondary={`${humanize(run.template?.split("/").at(-1) ?? "")} · ${ago(run.birth_timestamp)}${typeof run.files === "number" ? ` · ${t.runs.files(run.files)}` : ""}`}
        slotProps={{ primary: { sx: { fontWeight: 600 } } }}
      />
      {run.revision ? <Typography variant="caption" color="text.secondary">{t.runs.revision(run.revision)}</Typography> : null}
      <RunChip status={run.status} />
      <Owed complete={run.complete} valid={run.valid} missing={run.missing} />
    </ListItemButton>
  );
}
