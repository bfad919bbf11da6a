/** Takes answers over from another run: a tick for each, what stands here beside it. */
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { post } from "../../api/client";
import { useDocument, useRuns, useSchema } from "../../api/queries";
import type { Outcome, Run } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { titleOf } from "../../forms/check";
import { same } from "../../forms/same";
import type { Schema } from "../../forms/schema";
import { isSystem } from "../../forms/sections";
import { ago, plain } from "../../lib/format";
import { toPointer } from "../../lib/pointer";
import { t } from "../../lib/texts";

const of = (runId: string) => `/api/v1/runs/${runId}/metadata/experiment_contextual`;

export function CopyFromRun({ run, onClose }: { run: Run; onClose: () => void }) {
  const runs = useRuns(run.dataset_id);
  const others = (runs.data ?? []).filter((r) => r.run_id !== run.run_id);
  const [picked, setPicked] = useState<string | null>(null);
  const other = picked ?? others[0]?.run_id ?? null;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="copy-run" data-testid="copy-dialog">
      <DialogTitle id="copy-run">{t.bulk.copyFrom}</DialogTitle>
      {runs.isPending ? <DialogContent><Lines n={4} /></DialogContent> : other === null ? (
        <>
          <DialogContent><Typography>{t.bulk.copyNone}</Typography></DialogContent>
          <DialogActions><Button onClick={onClose}>{t.app.close}</Button></DialogActions>
        </>
      ) : (
        <Answers key={other} run={run} other={other} onClose={onClose}>
          <TextField select label={t.bulk.copyRun} value={other} onChange={(e) => setPicked(e.target.value)} slotProps={{ select: { native: true } }}>
            {others.map((r) => <option key={r.run_id} value={r.run_id}>{`${r.name ?? t.runs.unnamed} · ${ago(r.birth_timestamp)}`}</option>)}
          </TextField>
        </Answers>
      )}
    </Dialog>
  );
}

function Answers({ run, other, onClose, children }: { run: Run; other: string; onClose: () => void; children: React.ReactNode }) {
  const here = useDocument(of(run.run_id));
  const there = useDocument(of(other));
  const schema = useSchema(here.data?.schema);
  const queries = useQueryClient();
  const known: Schema | undefined = schema.data;
  const offered = useMemo(() => {
    const properties = known?.properties ?? {};
    return Object.entries(there.data?.content ?? {}).filter(([name, value]) => properties[name] && !isSystem(name, properties[name]) && !same(value, here.data?.content[name]));
  }, [known, there.data, here.data]);
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  // What is answered here already is only taken over when somebody ticks it.
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const ticked = offered.map(([name]) => name).filter((name) => (here.data?.content[name] === undefined ? !dropped.has(name) : added.has(name)));
  const toggle = (name: string) => {
    const [set, change] = here.data?.content[name] === undefined ? ([dropped, setDropped] as const) : ([added, setAdded] as const);
    change(set.has(name) ? new Set([...set].filter((n) => n !== name)) : new Set([...set, name]));
  };
  const copy = useMutation({
    mutationFn: () => post<Outcome>(`/api/v1/runs/${run.run_id}/copy-from/${other}`, { pointers: ticked.map((name) => toPointer([name])) }),
    onSuccess: () => {
      for (const key of ["document", "run", "runs", "inbox"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {children}
          <Typography variant="body2" color="text.secondary">{t.bulk.copyLead}</Typography>
          <Failure error={here.error ?? there.error ?? copy.error} />
          {!there.data || !schema.data ? <Lines n={4} /> : offered.length === 0 ? <Typography>{t.bulk.nothing}</Typography> : (
            <Table size="small">
              <TableHead><TableRow><TableCell /><TableCell>{t.doc.field}</TableCell><TableCell>{t.bulk.there}</TableCell><TableCell>{t.bulk.here}</TableCell></TableRow></TableHead>
              <TableBody>
                {offered.map(([name, value]) => {
                  const title = titleOf(schema.data, `/${name}`);
                  return (
                    <TableRow key={name} data-testid="copy-row" data-field={name}>
                      <TableCell padding="checkbox"><Checkbox size="small" checked={ticked.includes(name)} onChange={() => toggle(name)} slotProps={{ input: { "aria-label": title } }} /></TableCell>
                      <TableCell sx={{ fontWeight: 600 }}>{title}</TableCell>
                      <TableCell sx={{ overflowWrap: "anywhere" }}>{plain(value).slice(0, 300)}</TableCell>
                      <TableCell sx={{ overflowWrap: "anywhere", color: "text.secondary" }}>{plain(here.data?.content[name]).slice(0, 300) || t.doc.empty}</TableCell>
                    </TableRow>
                  );
                })}
              </TableBody>
            </Table>
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.app.cancel}</Button>
        <Button variant="contained" disabled={ticked.length === 0 || copy.isPending} onClick={() => copy.mutate()} data-testid="copy-confirm">{t.bulk.copy(ticked.length)}</Button>
      </DialogActions>
    </>
  );
}
