/** Which template a new run follows. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { post } from "../../api/client";
import { useTemplates } from "../../api/queries";
import type { Run, SchemaItem } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { humanize } from "../../lib/format";
import { t } from "../../lib/texts";

/** The name a run is started with: `contextual/microscopy` -> `microscopy`. */
const short = (name: string) => name.replace(/^contextual\//, "");

function choices(items: SchemaItem[]): { name: string; title: string }[] {
  const templates = items.filter((s) => s.kind === "template").map((s) => ({ name: short(s.name), title: s.title ?? humanize(short(s.name)) }));
  return templates;
}

export function StartRun({ datasetId, onClose }: { datasetId: string; onClose: () => void }) {
  const schemas = useTemplates();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const options = choices(schemas.data ?? []);
  const [picked, setPicked] = useState<string | null>(null);
  const template = picked ?? options[0]?.name ?? null;
  const start = useMutation({
    mutationFn: () => post<Run>(`/api/v1/datasets/${datasetId}/runs`, { template }),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ["runs", datasetId] });
      void navigate(`/workspace/runs/${run.run_id}`);
    },
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="start-run">
      <DialogTitle id="start-run">{t.runs.start}</DialogTitle>
      <DialogContent>
        <Stack spacing={1.5}>
          <Typography variant="body2" color="text.secondary" id="template-hint">{t.runs.templateHint}</Typography>
          {schemas.isPending && <Lines n={3} height={24} />}
          <RadioGroup aria-label={t.runs.template} aria-describedby="template-hint" value={template ?? ""} onChange={(_, v) => setPicked(v)}>
            {options.map((o) => (
              <FormControlLabel key={o.name} value={o.name} control={<Radio />} label={o.title} data-testid={`template-${o.name}`} />
            ))}
          </RadioGroup>
          <Failure error={schemas.error ?? start.error} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.app.cancel}</Button>
        <Button variant="contained" disabled={!template || start.isPending} onClick={() => start.mutate()} data-testid="run-start-confirm">{t.runs.start}</Button>
      </DialogActions>
    </Dialog>
  );
}
