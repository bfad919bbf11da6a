/** Old bytes of data files: what they take, and removing versions that were replaced long ago, after saying how much goes. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post } from "../../api/client";
import type { Cache, Collected } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { bytes } from "../../lib/format";
import { t } from "../../lib/texts";
import { Rows } from "./Part";

const CACHE = "/api/v1/cache";
const KEEP_DAYS = 90;
const MOST_DAYS = 36_500;

export function CacheCard() {
  const [asking, setAsking] = useState(false);
  // every object is looked at to tell the size: asked once, and again after a collection
  const cache = useQuery({ queryKey: ["cache"], retry: false, staleTime: 60_000, queryFn: ({ signal }) => get<Cache>(CACHE, signal) });
  if (cache.isPending) return <Panel title={t.cache.title}><Lines n={2} /></Panel>;
  if (!cache.data) return <Panel title={t.cache.title}><Failure error={cache.error} onRetry={() => void cache.refetch()} /></Panel>;
  const { keeping, objects, limit_bytes: limit, problem, bytes: taken } = cache.data;
  return (
    <Panel title={t.cache.title} testId="cache" actions={<Chip label={problem ? t.cache.full : t.admin.ok} color={problem ? "warning" : "success"} variant="outlined" />}>
      <Rows rows={[
        [t.cache.keeping, t.cache.ways[keeping]],
        [t.cache.objects, objects.toLocaleString("en")],
        [t.cache.size, bytes(taken)],
        [t.cache.limit, limit === null ? t.cache.noLimit : bytes(limit)],
      ]} />
      {limit !== null && limit > 0 && <LinearProgress variant="determinate" aria-label={t.cache.size} value={Math.min(100, (100 * taken) / limit)} color={problem ? "warning" : "primary"} sx={{ mt: 1 }} />}
      {problem && <Alert severity="warning" sx={{ mt: 1.5 }}>{problem}</Alert>}
      {objects > 0 && <Button size="small" variant="outlined" onClick={() => setAsking(true)} sx={{ mt: 1.5 }} data-testid="cache-collect">{t.cache.collect}</Button>}
      {asking && <Collect onClose={() => setAsking(false)} />}
    </Panel>
  );
}

/** First what would go, then, on a second press, that it goes; another number of days has to be looked at anew. */
function Collect({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState(String(KEEP_DAYS));
  const queries = useQueryClient();
  const ask = (dryRun: boolean) => (days: number) => post<Collected>(`${CACHE}/collect`, { keep_days: days, dry_run: dryRun });
  const look = useMutation({ mutationFn: ask(true) });
  const remove = useMutation({ mutationFn: ask(false), onSuccess: () => queries.invalidateQueries({ queryKey: ["cache"] }) });
  const days = Number(typed);
  const readable = typed.trim() !== "" && days >= 0 && days <= MOST_DAYS;
  const seen = look.data && look.variables === days ? look.data : null;
  const busy = look.isPending || remove.isPending;
  return (
    <Dialog open onClose={busy ? undefined : onClose} fullWidth maxWidth="xs" aria-labelledby="cache-collect-title" data-testid="cache-dialog">
      <DialogTitle id="cache-collect-title">{t.cache.collect}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography variant="body2" color="text.secondary">{t.cache.collectHint}</Typography>
          <TextField type="number" label={t.cache.keepDays} value={typed} disabled={busy || remove.isSuccess} error={!readable} helperText={readable ? t.cache.keepDaysHint : t.cache.daysRange(MOST_DAYS)} onChange={(e) => setTyped(e.target.value)} slotProps={{ htmlInput: { min: 0, max: MOST_DAYS, "data-testid": "cache-days" } }} />
          <div role="status">
            {look.isPending && <Typography variant="body2">{t.cache.looking}</Typography>}
            {remove.isPending && <Typography variant="body2">{t.cache.removing}</Typography>}
            {!remove.data && seen && <Alert severity={seen.removed_objects > 0 ? "warning" : "info"} data-testid="cache-would">{seen.removed_objects > 0 ? t.cache.would(seen.removed_objects, bytes(seen.removed_bytes), bytes(seen.bytes)) : t.cache.nothing}</Alert>}
            {remove.data && <Alert severity="success" data-testid="cache-done">{t.cache.done(remove.data.removed_objects, bytes(remove.data.removed_bytes))}</Alert>}
          </div>
          <Failure error={remove.error ?? look.error} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy}>{remove.isSuccess ? t.app.close : t.app.cancel}</Button>
        {!remove.isSuccess && (seen && seen.removed_objects > 0
          ? <Button variant="contained" color="error" disabled={busy} onClick={() => remove.mutate(days)} data-testid="cache-remove">{t.cache.remove}</Button>
          : <Button variant="contained" disabled={busy || !readable} onClick={() => look.mutate(days)} data-testid="cache-look">{t.cache.look}</Button>)}
      </DialogActions>
    </Dialog>
  );
}
