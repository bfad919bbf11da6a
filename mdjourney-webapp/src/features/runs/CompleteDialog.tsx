/** Marking a run complete: the record is written, or a checklist says what every document still owes. */
import DoneIcon from "@mui/icons-material/CheckCircle";
import TodoIcon from "@mui/icons-material/RadioButtonUnchecked";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { ApiError, post } from "../../api/client";
import type { Completed, MissingField } from "../../api/types";
import { Failure } from "../../components/Failure";
import { humanize } from "../../lib/format";
import { screenOf } from "../../lib/links";
import { t } from "../../lib/texts";

export function CompleteDialog({ runId, onClose }: { runId: string; onClose: () => void }) {
  const queries = useQueryClient();
  const complete = useMutation({
    mutationFn: () => post<Completed>(`/api/v1/runs/${runId}/complete`),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const { mutate } = complete;
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate();
  }, [mutate]);
  const missing = complete.error instanceof ApiError ? complete.error.missing : [];
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="complete-run" data-testid="complete-dialog">
      <DialogTitle id="complete-run">{complete.isSuccess ? t.runs.done : t.runs.completeTitle}</DialogTitle>
      <DialogContent>
        {complete.isPending && (
          <Stack spacing={1.5} role="status">
            <Typography>{t.runs.checking}</Typography>
            <LinearProgress aria-label={t.runs.checking} />
          </Stack>
        )}
        {complete.data && (
          <Alert severity="success" icon={<DoneIcon />} data-testid="complete-done">
            {t.runs.doneHint(complete.data.revision)}
            <Box component="code" sx={{ display: "block", mt: 1, overflowWrap: "anywhere", fontSize: 12 }}>{complete.data.path}</Box>
          </Alert>
        )}
        {missing.length > 0 ? <Checklist missing={missing} onGo={onClose} /> : <Failure error={complete.error} onRetry={() => mutate()} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.app.close}</Button>
        {complete.data && <Button variant="contained" component={Link} to={`/workspace/runs/${runId}/record`} data-testid="view-record">{t.runs.view}</Button>}
      </DialogActions>
    </Dialog>
  );
}

function Checklist({ missing, onGo }: { missing: MissingField[]; onGo: () => void }) {
  const groups = new Map<string, MissingField[]>();
  for (const item of missing) groups.set(item.document, [...(groups.get(item.document) ?? []), item]);
  return (
    <Stack spacing={1.5} data-testid="complete-missing">
      <Alert severity="warning">{t.runs.blocked(missing.length)}. {t.runs.blockedHint}</Alert>
      {[...groups].map(([document, items]) => (
        <Box key={document} component="section" aria-label={humanize(document)}>
          <Typography variant="overline" component="h3" color="text.secondary">{humanize(document.split("/").at(-1) ?? document)}</Typography>
          <List component="div" dense disablePadding>{items.map((item, i) => <Todo key={i} item={item} onGo={onGo} />)}</List>
        </Box>
      ))}
    </Stack>
  );
}

function Todo({ item, onGo }: { item: MissingField; onGo: () => void }) {
  const to = screenOf(item.url ?? item.document_path, item.pointer);
  const name = item.title ?? humanize(item.pointer.split("/").at(-1) ?? item.pointer);
  const inside = (
    <>
      <ListItemIcon sx={{ minWidth: 32 }}><TodoIcon fontSize="small" color="warning" /></ListItemIcon>
      <ListItemText primary={name} secondary={item.message?.startsWith(name) ? undefined : item.message} />
    </>
  );
  if (!to) return <Stack direction="row" sx={{ px: 2, py: 0.5 }}>{inside}</Stack>;
  return <ListItemButton component={Link} to={to} onClick={onGo} data-testid="missing-link" data-pointer={item.pointer}>{inside}</ListItemButton>;
}
