/** Changing many documents at once: one field in all of them, or a spreadsheet there and back; looked at before it is saved. */
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useSearchParams } from "react-router";
import { useDatasets, useProjects } from "../../api/queries";
import { PageTitle } from "../../components/PageTitle";
import { folderName } from "../../lib/format";
import { t } from "../../lib/texts";
import { OneField } from "./OneField";
import type { Scope } from "./scope";
import { Sheet } from "./Sheet";

/** A kind there is; whatever else an address says counts as datasets. */
const kindOf = (asked: string | null) => (asked !== null && asked in t.bulk.kinds ? asked : "datasets");

export default function BulkPanel() {
  const [params, setParams] = useSearchParams();
  const scope: Scope = { kind: kindOf(params.get("kind")), project: params.get("project") ?? "", dataset: params.get("dataset") ?? "" };
  const set = (part: Partial<Scope>) => setParams(Object.fromEntries(Object.entries({ ...scope, ...part }).filter(([, v]) => v !== "")), { replace: true });
  const projects = useProjects();
  const datasets = useDatasets(scope.project, scope.project !== "");
  const inProject = scope.kind !== "projects" && scope.kind !== "instruments";
  const key = `${scope.kind}:${scope.project}:${scope.dataset}`;
  return (
    <Stack spacing={2.5} data-testid="bulk">
      <PageTitle title={t.bulk.title} lead={t.bulk.lead} />
      <Stack direction={{ xs: "column", md: "row" }} spacing={1.5}>
        <Choice label={t.bulk.kind} value={scope.kind} onChange={(kind) => set({ kind })} options={Object.entries(t.bulk.kinds)} testid="bulk-kind" />
        {inProject && <Choice label={t.bulk.project} value={scope.project} onChange={(project) => set({ project, dataset: "" })} options={[["", t.bulk.all], ...(projects.data ?? []).map((p): [string, string] => [p.project_id, p.title ?? folderName(p.path)])]} testid="bulk-project" />}
        {inProject && scope.project !== "" && <Choice label={t.bulk.dataset} value={scope.dataset} onChange={(dataset) => set({ dataset })} options={[["", t.bulk.all], ...(datasets.data ?? []).map((d): [string, string] => [d.dataset_id, d.title ?? folderName(d.path)])]} testid="bulk-dataset" />}
      </Stack>
      <Part title={t.bulk.oneField}><OneField key={key} scope={scope} /></Part>
      <Part title={t.bulk.sheet}><Sheet key={key} scope={scope} /></Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Paper variant="outlined" component="section" aria-label={title} sx={{ p: 3 }}>
      <Typography variant="h2" sx={{ mb: 2 }}>{title}</Typography>
      {children}
    </Paper>
  );
}

function Choice({ label, value, onChange, options, testid }: { label: string; value: string; onChange: (value: string) => void; options: [string, string][]; testid: string }) {
  return (
    <TextField select label={label} value={value} onChange={(e) => onChange(e.target.value)} slotProps={{ select: { native: true }, inputLabel: { shrink: true }, htmlInput: { "data-testid": testid } }} sx={{ maxWidth: 320 }}>
      {options.map(([v, name]) => <option key={v} value={v}>{name}</option>)}
    </TextField>
  );
}
