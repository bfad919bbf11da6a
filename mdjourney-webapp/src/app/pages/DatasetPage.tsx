/** One dataset: administrative and structural documents, files, runs, history. */
import Box from "@mui/material/Box";
import { lazy } from "react";
import { Link, useParams } from "react-router";
import { useDataset } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { PageTitle } from "../../components/PageTitle";
import { RouteTabs } from "../../components/RouteTabs";
import { StateChip } from "../../components/StateChip";
import { ExportMenu } from "../../features/runs/ExportMenu";
import { RunsPanel } from "../../features/runs/RunsPanel";
import { bytes, folderName } from "../../lib/format";
import { t } from "../../lib/texts";

const DocumentEditor = lazy(() => import("../../features/documents/DocumentEditor"));
const HistoryPanel = lazy(() => import("../../features/history/HistoryPanel"));
const FilesPanel = lazy(() => import("../../features/files/FilesPanel"));

const ENTRIES = ["file_descriptions"];

export default function DatasetPage() {
  const { datasetId = "", tab = "describe" } = useParams();
  const dataset = useDataset(datasetId);
  if (dataset.isPending) return <Lines n={6} />;
  if (!dataset.data) return <Failure error={dataset.error} onRetry={() => void dataset.refetch()} />;
  const d = dataset.data;
  const of = (name: string) => `/api/v1/datasets/${datasetId}/metadata/${name}`;
  return (
    <Box>
      <PageTitle
        title={d.title ?? folderName(d.path)}
        badges={<><StateChip state={d.state} /><Owed complete={d.complete} valid={d.valid} missing={d.missing} /></>}
        lead={<><Link to={`/workspace/projects/${d.project_id}/describe`} style={{ color: "inherit" }}>{d.path.split("/")[0]}</Link>/{d.path.split("/").slice(1).join("/")} · {t.tree.files(d.files)} · {bytes(d.bytes)}</>}
        actions={<ExportMenu datasetId={datasetId} />}
      />
      <RouteTabs tabs={t.dataset.tabs} value={tab} label={t.tree.dataset} base={`/workspace/datasets/${datasetId}`} />
      {tab === "describe" && <DocumentEditor key="a" path={of("dataset_administrative")} />}
      {tab === "structure" && <DocumentEditor key="s" path={of("dataset_structural")} hide={ENTRIES} />}
      {tab === "files" && <FilesPanel datasetId={datasetId} path={d.path} />}
      {tab === "runs" && <RunsPanel datasetId={datasetId} />}
      {tab === "history" && <HistoryPanel paths={[{ path: of("dataset_administrative"), title: t.dataset.tabs.describe }, { path: of("dataset_structural"), title: t.dataset.tabs.structure }]} />}
    </Box>
  );
}
