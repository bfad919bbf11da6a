/** How much of what is owed has been answered. */
import LinearProgress from "@mui/material/LinearProgress";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { t } from "../lib/texts";

export function Meter({ done, all }: { done: number; all: number }) {
  const text = done >= all ? t.doc.complete : t.doc.meter(done, all);
  return (
    <Stack spacing={0.5}>
      <Typography variant="body2" sx={{ fontWeight: 600 }} data-testid="meter-text" aria-live="polite">
        {text}
      </Typography>
      <LinearProgress variant="determinate" value={all === 0 ? 100 : (done / all) * 100} color={done >= all ? "success" : "primary"} aria-label={text} sx={{ height: 8, borderRadius: 4 }} />
    </Stack>
  );
}
