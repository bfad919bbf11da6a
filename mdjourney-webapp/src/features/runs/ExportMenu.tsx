/** Takes a dataset's newest record away in a standard's words, after saying what that standard would lack. */
import DownloadIcon from "@mui/icons-material/Download";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { base, get } from "../../api/client";
import type { ExportCheck } from "../../api/types";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";

export function ExportMenu({ datasetId }: { datasetId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button startIcon={<DownloadIcon />} variant="outlined" onClick={() => setOpen(true)} data-testid="export-open">{t.exports.title}</Button>
      {open && <ExportDialog datasetId={datasetId} onClose={() => setOpen(false)} />}
    </>
  );
}

function ExportDialog({ datasetId, onClose }: { datasetId: string; onClose: () => void }) {
  const [format, setFormat] = useState("ro-crate");
  const path = `/api/v1/datasets/${datasetId}/export`;
  const check = useQuery({ queryKey: ["export", datasetId, format], retry: false, staleTime: 0, queryFn: ({ signal }) => get<ExportCheck>(`${path}/check?format=${format}`, signal) });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="export-title" data-testid="export-dialog">
      <DialogTitle id="export-title">{t.exports.title}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2" color="text.secondary">{t.exports.lead}</Typography>
          <TextField select label={t.exports.format} value={format} onChange={(e) => setFormat(e.target.value)} slotProps={{ select: { native: true }, htmlInput: { "data-testid": "export-format" } }}>
            {Object.entries(t.exports.formats).map(([name, title]) => <option key={name} value={name}>{title}</option>)}
          </TextField>
          <div role="status" data-testid="export-check">
            {check.isPending && <Typography variant="body2">{t.exports.checking}</Typography>}
            <Failure error={check.error} onRetry={() => void check.refetch()} />
            {check.data?.lacking.length === 0 && <Alert severity="success">{t.exports.ready}</Alert>}
            {check.data && check.data.lacking.length > 0 && <Lacking check={check.data} />}
          </div>
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.app.close}</Button>
        <Button variant="contained" startIcon={<DownloadIcon />} component="a" href={`${base}${path}?format=${format}`} download disabled={!check.data?.ok} data-testid="export-download">{t.exports.download}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** The same lack of several people or files is said once. */
const onceEach = (items: ExportCheck["lacking"]) => items.filter((item, i) => items.findIndex((other) => other.title === item.title && other.message === item.message) === i);

function Lacking({ check }: { check: ExportCheck }) {
  return (
    <Alert severity={check.ok ? "info" : "warning"}>
      {t.exports.lacking}
      <List dense disablePadding>
        {onceEach(check.lacking).map((item, i) => (
          <ListItem key={i} disableGutters data-testid="export-lacking"><ListItemText primary={item.title} secondary={`${item.message} (${item.level === "required" ? t.exports.required : t.exports.recommended})`} /></ListItem>
        ))}
      </List>
    </Alert>
  );
}
