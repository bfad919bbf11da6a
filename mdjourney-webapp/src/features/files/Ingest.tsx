/** How far describing new files has come. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useLive } from "../../api/events";
import { t } from "../../lib/texts";

export function Ingest() {
  const progress = useLive((s) => s.progress);
  if (!progress || progress.files_total === 0 || progress.files_done >= progress.files_total) return null;
  const text = t.files.ingest(progress.files_done, progress.files_total, progress.files_per_second, progress.seconds_left);
  return (
    <Box role="status" data-testid="ingest">
      <Typography variant="caption">{text}</Typography>
      <LinearProgress variant="determinate" value={(progress.files_done / progress.files_total) * 100} aria-label={text} />
    </Box>
  );
}
