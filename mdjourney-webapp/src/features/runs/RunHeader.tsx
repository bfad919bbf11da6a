/** What can be done with a run, and where it stands. */
import CompleteIcon from "@mui/icons-material/TaskAlt";
import Button from "@mui/material/Button";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { post } from "../../api/client";
import { useMayChange } from "../../api/queries";
import type { Run } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Failure } from "../../components/Failure";
import { PageTitle } from "../../components/PageTitle";
import { ago, humanize } from "../../lib/format";
import { t } from "../../lib/texts";
import { CompleteDialog } from "./CompleteDialog";
import { CopyFromRun } from "./CopyFromRun";
import { RunChip } from "./RunChip";

export function RunHeader({ run, dirty }: { run: Run; dirty: boolean }) {
  const queries = useQueryClient();
  const may = useMayChange();
  const [completing, setCompleting] = useState(false);
  const [copying, setCopying] = useState(false);
  const [asking, setAsking] = useState(false);
  const act = useMutation({
    mutationFn: (what: "abandon" | "reopen") => post<Run>(`/api/v1/runs/${run.run_id}/${what}`),
    onSettled: () => {
      setAsking(false);
      for (const key of ["run", "runs", "document", "dataset"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const actions = (
    <>
      {run.revision ? <Button component={Link} to={`/workspace/runs/${run.run_id}/record`} variant="outlined" data-testid="view-record-link">{t.runs.record}</Button> : null}
      {may && run.status === "open" && <Button disabled={dirty} title={dirty ? t.runs.unsavedFirst : undefined} onClick={() => setCopying(true)} data-testid="run-copy">{t.bulk.copyFrom}</Button>}
      {may && run.status === "open" && <Button onClick={() => setAsking(true)} data-testid="run-abandon">{t.runs.abandon}</Button>}
      {may && run.status !== "open" && <Button onClick={() => act.mutate("reopen")} data-testid="run-reopen">{t.runs.reopen}</Button>}
      {may && run.status === "open" && (
        <Button variant="contained" color="success" startIcon={<CompleteIcon />} disabled={dirty} title={dirty ? t.runs.unsavedFirst : undefined} onClick={() => setCompleting(true)} data-testid="run-complete">
          {t.runs.complete}
        </Button>
      )}
    </>
  );
  return (
    <>
      <PageTitle
        title={run.name ?? t.runs.unnamed}
        badges={<RunChip status={run.status} />}
        over={<Link to={`/workspace/datasets/${run.dataset_id}/runs`} style={{ color: "inherit" }}>← {t.runs.back}</Link>}
        lead={`${humanize(run.template?.split("/").at(-1) ?? "")} · ${t.runs.started} ${ago(run.birth_timestamp)}`}
        actions={actions}
      />
      <Failure error={act.error} />
      <Ask open={asking} text={t.runs.abandonAsk} action={t.runs.abandon} onYes={() => act.mutate("abandon")} onNo={() => setAsking(false)} />
      {copying && <CopyFromRun run={run} onClose={() => setCopying(false)} />}
      {completing && <CompleteDialog runId={run.run_id} onClose={() => setCompleting(false)} />}
    </>
  );
}
