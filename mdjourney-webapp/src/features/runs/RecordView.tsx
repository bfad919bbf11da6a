/** The complete record of a run: readable, as JSON, and to take away. */
import DownloadIcon from "@mui/icons-material/Download";
import PrintIcon from "@mui/icons-material/Print";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { base, get } from "../../api/client";
import type { Content } from "../../api/types";
import { Failure } from "../../components/Failure";
import { JsonTree } from "../../components/JsonTree";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { bytes, humanize, plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { ExportMenu } from "./ExportMenu";

interface Component {
  content?: Content;
  sha256?: string;
  git_commit?: string | null;
}

interface CompleteRecord extends Content {
  experiment_identifier: string;
  revision: number;
  data_objects: Content[];
  metadata_components: Record<string, Component | Component[] | null>;
  metadata_validation?: { valid?: boolean; complete?: boolean };
  metadata_provenance?: { generation_date?: string; generated_by?: unknown };
}

export default function RecordView({ runId, revision }: { runId: string; revision?: string }) {
  const path = `/api/v1/runs/${runId}/complete_metadata${revision ? `?revision=${encodeURIComponent(revision)}` : ""}`;
  const record = useQuery({ queryKey: ["record", runId, revision], queryFn: ({ signal }) => get<CompleteRecord>(path, signal) });
  const [view, setView] = useState<"readable" | "raw">("readable");
  if (record.isPending) return <Lines n={6} />;
  if (record.error) return <Failure error={record.error} onRetry={() => void record.refetch()} />;
  const r = record.data;
  const actions = (
    <>
      <ToggleButtonGroup size="small" exclusive value={view} onChange={(_, v: "readable" | "raw" | null) => v && setView(v)} aria-label={t.runs.record}>
        <ToggleButton value="readable">{t.runs.readable}</ToggleButton>
        <ToggleButton value="raw" data-testid="record-raw">{t.runs.raw}</ToggleButton>
      </ToggleButtonGroup>
      {datasetOf(r) && <ExportMenu datasetId={datasetOf(r)} />}
      <Button startIcon={<PrintIcon />} onClick={() => window.print()}>{t.runs.print}</Button>
      <Button variant="contained" startIcon={<DownloadIcon />} component="a" href={base + path} download={`${runId}_v2_metadata.json`} data-testid="record-download">{t.runs.download}</Button>
    </>
  );
  return (
    <Box data-testid="record">
      <PageTitle
        title={t.runs.record}
        over={<Link to={`/workspace/runs/${runId}`} style={{ color: "inherit" }}>← {nameOf(r)}</Link>}
        badges={<><Chip label={t.runs.revision(r.revision)} variant="outlined" /><Chip label="V2" color="success" /></>}
        lead={when(r.metadata_provenance?.generation_date)}
        actions={actions}
      />
      {view === "raw" ? (
        <Paper variant="outlined" component="pre" tabIndex={0} sx={{ p: 2, overflow: "auto", fontSize: 12.5, maxHeight: "75vh", m: 0 }}>{JSON.stringify(r, null, 2)}</Paper>
      ) : (
        <Readable record={r} />
      )}
    </Box>
  );
}

function datasetOf(r: CompleteRecord): string {
  const run = r.metadata_components.experiment_contextual;
  const id = run && !Array.isArray(run) ? run.content?.dataset_identifier_link : undefined;
  return typeof id === "string" ? id : "";
}

function nameOf(r: CompleteRecord): string {
  const run = r.metadata_components.experiment_contextual;
  const name = run && !Array.isArray(run) ? run.content?.experiment_name : undefined;
  return typeof name === "string" ? name : t.runs.unnamed;
}

const QUIET = new Set(["file_descriptions"]);

function Readable({ record }: { record: CompleteRecord }) {
  const parts = Object.entries(record.metadata_components).flatMap(([name, part]) =>
    part === null ? [] : Array.isArray(part) ? part.map((p, i) => [`${name} ${i + 1}`, p] as const) : [[name, part] as const],
  );
  return (
    <Stack spacing={2.5}>
      {parts.map(([name, part]) => (
        <Paper key={name} variant="outlined" component="section" aria-label={humanize(name)} sx={{ p: 3 }}>
          <Typography variant="h2" sx={{ mb: 1.5 }}>{humanize(name)}</Typography>
          <JsonTree value={Object.fromEntries(Object.entries(part.content ?? {}).filter(([k]) => !QUIET.has(k)))} />
          {part.sha256 && <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 1.5, mb: 0, fontFamily: "ui-monospace, monospace", overflowWrap: "anywhere" }}>sha256 {part.sha256}{part.git_commit ? ` · git ${part.git_commit.slice(0, 10)}` : ""}</Typography>}
        </Paper>
      ))}
      <DataObjects objects={record.data_objects} />
    </Stack>
  );
}

/** Its beginning on the screen, all of it on paper. */
function Checksum({ text }: { text: string }) {
  return (
    <>
      <Box component="code" title={text} sx={{ "@media print": { display: "none" } }}>{text.slice(0, 12)}…</Box>
      <Box component="code" aria-hidden sx={{ display: "none", "@media print": { display: "inline", fontSize: 8, overflowWrap: "anywhere" } }}>{text}</Box>
    </>
  );
}

const SHOWN = 200;

function DataObjects({ objects }: { objects: Content[] }) {
  return (
    <Paper variant="outlined" component="section" aria-label={t.runs.files(objects.length)} sx={{ p: 3, overflow: "auto" }}>
      <Typography variant="h2" sx={{ mb: 1 }}>{t.runs.files(objects.length)}</Typography>
      <Table size="small">
        <TableHead><TableRow><TableCell>{t.files.path}</TableCell><TableCell align="right">{t.files.size}</TableCell><TableCell>{t.files.type}</TableCell><TableCell>SHA-256</TableCell></TableRow></TableHead>
        <TableBody>
          {objects.slice(0, SHOWN).map((o) => (
            <TableRow key={plain(o.file_path)}>
              <TableCell sx={{ overflowWrap: "anywhere" }}>{plain(o.file_path)}</TableCell>
              <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>{bytes(Number(o.file_size_bytes))}</TableCell>
              <TableCell>{typeof o.mime_type === "string" ? o.mime_type : ""}</TableCell>
              <TableCell><Checksum text={plain(o.checksum)} /></TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {objects.length > SHOWN && <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>+{objects.length - SHOWN}</Typography>}
    </Paper>
  );
}
