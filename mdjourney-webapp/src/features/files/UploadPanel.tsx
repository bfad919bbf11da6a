/** Bringing files into the dataset: dropped or chosen, with progress, pause, and what to do where a name is taken. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Panel } from "../../components/Panel";
import { bytes } from "../../lib/format";
import { t } from "../../lib/texts";
import { chosen } from "./dropped";
import { UploadList } from "./UploadList";
import { useUploads } from "./uploadStore";
import { SETTLED } from "./uploadTypes";
import { useRate } from "./useRate";

export function UploadPanel({ datasetId }: { datasetId: string }) {
  const into = useUploads((s) => s.into);
  const note = useUploads((s) => s.note);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => folder.current?.setAttribute("webkitdirectory", ""), []);
  const { bring, putInto } = useUploads.getState();
  const pick = (input: HTMLInputElement) => {
    void bring(datasetId, Promise.resolve(chosen(input.files ?? [])));
    input.value = "";
  };
  return (
    <Panel title={t.files.upload.title} hint={t.files.upload.lead} actions={<Button size="small" onClick={() => useUploads.getState().show(null)} data-testid="upload-close">{t.files.upload.close}</Button>} testId="upload-panel">
      <Stack spacing={2}>
        <Box data-testid="upload-drop" sx={{ border: 2, borderStyle: "dashed", borderColor: "divider", borderRadius: 1, p: 2.5, display: "flex", gap: 1.5, alignItems: "flex-start", flexWrap: "wrap" }}>
          <Button variant="contained" onClick={() => files.current?.click()}>{t.files.upload.files}</Button>
          <Button variant="outlined" onClick={() => folder.current?.click()}>{t.files.upload.folder}</Button>
          <TextField label={t.files.upload.into} helperText={t.files.upload.intoHint} value={into} onChange={(e) => putInto(e.target.value)} sx={{ maxWidth: 320 }} slotProps={{ htmlInput: { "data-testid": "upload-into" } }} />
          <input ref={files} hidden type="file" multiple onChange={(e) => pick(e.target)} data-testid="upload-files" />
          <input ref={folder} hidden type="file" multiple onChange={(e) => pick(e.target)} data-testid="upload-folder" />
        </Box>
        {note !== null && <Alert severity="info" data-testid="upload-note">{note}</Alert>}
        <Progress datasetId={datasetId} />
      </Stack>
    </Panel>
  );
}

function Progress({ datasetId }: { datasetId: string }) {
  const uploads = useUploads((s) => s.uploads).filter((u) => u.datasetId === datasetId);
  const paused = useUploads((s) => s.paused);
  const queries = useQueryClient();
  const size = uploads.reduce((sum, u) => sum + u.file.size, 0);
  const sent = uploads.reduce((sum, u) => sum + u.sent, 0);
  const done = uploads.filter((u) => SETTLED.has(u.state)).length;
  const arrived = uploads.filter((u) => u.state === "done").length;
  const rate = useRate(sent, done < uploads.length && !paused);
  useEffect(() => {
    if (arrived > 0) void queries.invalidateQueries({ queryKey: ["files", datasetId] });
  }, [arrived, queries, datasetId]);
  if (uploads.length === 0) return null;
  const { pause, go, cancel, clear, retry, keepBoth } = useUploads.getState();
  const ids = (state: string) => uploads.filter((u) => u.state === state).map((u) => u.id);
  const [clashes, failed] = [ids("clash"), [...ids("failed"), ...ids("offline")]];
  const value = size > 0 ? (sent / size) * 100 : (done / uploads.length) * 100;
  const busy = done < uploads.length;
  return (
    <Stack spacing={1.5}>
      <Box>
        <Stack direction="row" justifyContent="space-between" useFlexGap flexWrap="wrap">
          <Typography variant="body2" role="status" data-testid="upload-total" data-done={done} data-all={uploads.length}>{t.files.upload.total(done, uploads.length, bytes(sent), bytes(size))}</Typography>
          {rate !== null && busy && <Typography variant="body2" color="text.secondary">{t.files.upload.rate(bytes(Math.round(rate)), rate > 0 ? (size - sent) / rate : null)}</Typography>}
        </Stack>
        <LinearProgress variant="determinate" value={value} aria-label={t.files.upload.progress} />
      </Box>
      <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap">
        {busy && !paused && <Button size="small" variant="outlined" onClick={pause} data-testid="upload-pause">{t.files.upload.pause}</Button>}
        {paused && <Button size="small" variant="contained" onClick={go} data-testid="upload-go">{t.files.upload.go}</Button>}
        {failed.length > 0 && <Button size="small" onClick={() => retry(failed)} data-testid="upload-retry-all">{t.files.upload.retryAll}</Button>}
        {busy && <Button size="small" onClick={() => cancel(uploads.filter((u) => !SETTLED.has(u.state)).map((u) => u.id))} data-testid="upload-cancel-all">{t.files.upload.cancelAll}</Button>}
        {done > 0 && <Button size="small" onClick={clear} data-testid="upload-clear">{t.files.upload.clear}</Button>}
      </Stack>
      {clashes.length > 0 && (
        <Alert severity="warning" data-testid="upload-clashes" action={<><Button color="inherit" size="small" onClick={() => keepBoth(clashes)} data-testid="keep-both-all">{t.files.upload.bothAll}</Button><Button color="inherit" size="small" onClick={() => cancel(clashes)}>{t.files.upload.skipAll}</Button></>}>
          {t.files.upload.clashes(clashes.length)}
        </Alert>
      )}
      <UploadList uploads={uploads} />
    </Stack>
  );
}
