/** One project: its document, its datasets, its history. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { lazy } from "react";
import { Link, useParams } from "react-router";
import { useDatasets, useProject } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { PageTitle } from "../../components/PageTitle";
import { RouteTabs } from "../../components/RouteTabs";
import { StateChip } from "../../components/StateChip";
import { bytes, folderName } from "../../lib/format";
import { owedIn } from "../../lib/owed";
import { t } from "../../lib/texts";

const DocumentEditor = lazy(() => import("../../features/documents/DocumentEditor"));
const HistoryPanel = lazy(() => import("../../features/history/HistoryPanel"));

export default function ProjectPage() {
  const { projectId = "", tab = "describe" } = useParams();
  const project = useProject(projectId);
  const path = `/api/v1/projects/${projectId}/metadata/project_descriptive`;
  if (project.isPending) return <Lines n={6} />;
  if (!project.data) return <Failure error={project.error} onRetry={() => void project.refetch()} />;
  const p = project.data;
  return (
    <Box>
      <PageTitle title={p.title ?? folderName(p.path)} badges={<Owed complete={p.complete} valid={p.valid} missing={p.missing} />} lead={<>{p.path} · {t.tree.datasets(p.datasets)}</>} />
      <RouteTabs tabs={t.project.tabs} value={tab} label={t.tree.project} base={`/workspace/projects/${projectId}`} />
      {tab === "describe" && <DocumentEditor path={path} />}
      {tab === "datasets" && <Datasets projectId={projectId} />}
      {tab === "history" && <HistoryPanel paths={[{ path, title: t.history.title }]} />}
    </Box>
  );
}

function Datasets({ projectId }: { projectId: string }) {
  const datasets = useDatasets(projectId);
  if (datasets.isPending) return <Lines />;
  if (!datasets.data) return <Failure error={datasets.error} />;
  if (datasets.data.length === 0) return <Typography color="text.secondary">{t.tree.noDatasets}</Typography>;
  return (
    <Paper variant="outlined">
      <Button component={Link} to={`/workspace/bulk?kind=datasets&project=${projectId}`} sx={{ m: 1 }} data-testid="bulk-open">{t.bulk.open}</Button>
      <List component="div" disablePadding>
        {datasets.data.map((d) => (
          <ListItemButton key={d.dataset_id} divider component={Link} to={`/workspace/datasets/${d.dataset_id}/describe`} sx={{ gap: 1.5 }}>
            <ListItemText primary={d.title ?? folderName(d.path)} secondary={`${d.path} · ${t.tree.files(d.files)} · ${bytes(d.bytes)} · ${t.tree.runs(d.runs)}`} slotProps={{ primary: { sx: { fontWeight: 600 } } }} />
            <StateChip state={d.state} />
            <Owed complete={d.complete && owedIn(d) === 0} valid={d.valid} missing={owedIn(d)} below />
          </ListItemButton>
        ))}
      </List>
    </Paper>
  );
}
