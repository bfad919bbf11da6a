/** The configs that are registered, to look at, change or remove. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, get, putYaml, remove } from "../../api/client";
import { useConfigs } from "../../api/queries";
import type { Config } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { ago } from "../../lib/format";
import { t } from "../../lib/texts";
import { ownerName } from "./SessionsTab";

export function ConfigsTab() {
  const configs = useConfigs();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<Config | null>(null);
  const [asked, setAsked] = useState<Config | null>(null);
  const drop = useMutation({
    mutationFn: (id: string) => remove(`/api/configs/${id}`),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: ["configs"] });
    },
  });
  if (configs.isPending) return <Lines />;
  if (configs.error) return <Failure error={configs.error} onRetry={() => void configs.refetch()} />;
  if (configs.data.length === 0) return <Typography color="text.secondary">{t.start.none}</Typography>;
  return (
    <Stack spacing={2}>
      <Failure error={drop.error} />
      <Paper variant="outlined" sx={{ overflow: "auto" }}>
        <Table size="small" data-testid="admin-configs">
          <TableHead><TableRow>{[t.admin.configName, t.admin.folder, t.admin.owner, t.admin.keepRunning, t.admin.updated, ""].map((h, i) => <TableCell key={i}>{h}</TableCell>)}</TableRow></TableHead>
          <TableBody>
            {configs.data.map((c) => (
              <TableRow key={c.config_id}>
                <TableCell sx={{ fontWeight: 600 }}>{c.name}</TableCell>
                <TableCell sx={{ overflowWrap: "anywhere" }}>{c.monitor_path}</TableCell>
                <TableCell>{ownerName(c.owner)}</TableCell>
                <TableCell>{c.keep_running ? t.doc.yes : t.doc.no}</TableCell>
                <TableCell>{ago(c.updated_at)}</TableCell>
                <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>
                  <Button size="small" onClick={() => setEditing(c)}>{t.admin.edit}</Button>
                  <Button size="small" color="error" onClick={() => setAsked(c)}>{t.admin.remove}</Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
      {editing && <EditConfig config={editing} onClose={() => setEditing(null)} />}
      <Ask open={asked !== null} text={t.admin.removeAsk(asked?.name ?? "")} action={t.admin.remove} onYes={() => asked && drop.mutate(asked.config_id)} onNo={() => setAsked(null)} />
    </Stack>
  );
}

function EditConfig({ config, onClose }: { config: Config; onClose: () => void }) {
  const whole = useQuery({ queryKey: ["config", config.config_id], gcTime: 0, queryFn: ({ signal }) => get<Config>(`/api/configs/${config.config_id}`, signal) });
  const queries = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  const yaml = text ?? whole.data?.yaml ?? "";
  const save = useMutation({ mutationFn: () => putYaml<Config>(`/api/configs/${config.config_id}`, yaml), onSuccess: () => void queries.invalidateQueries({ queryKey: ["configs"] }) });
  const faults = save.error instanceof ApiError ? save.error.errors : [];
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="edit-config">
      <DialogTitle id="edit-config">{config.name}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {whole.isPending ? <Lines /> : <TextField label={t.start.editor} multiline minRows={12} value={yaml} onChange={(e) => setText(e.target.value)} sx={{ "& textarea": { fontFamily: "ui-monospace, monospace", fontSize: 13 } }} />}
          <Failure error={whole.error ?? (faults.length === 0 ? save.error : null)} />
          {faults.map((f, i) => <Alert key={i} severity="error">{f.line !== undefined && `${t.start.at(f.line, f.column)}: `}{f.key} {f.message}</Alert>)}
          {save.isSuccess && <Alert severity="success">{t.admin.savedConfig}</Alert>}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.app.close}</Button>
        <Button variant="contained" disabled={text === null || save.isPending} onClick={() => save.mutate()}>{t.admin.save}</Button>
      </DialogActions>
    </Dialog>
  );
}
