/** The shape of a list or form that is still loading. */
import Skeleton from "@mui/material/Skeleton";
import Stack from "@mui/material/Stack";
import { t } from "../lib/texts";

export function Lines({ n = 4, height = 36 }: { n?: number; height?: number }) {
  return (
    <Stack spacing={1} role="status" aria-label={t.app.loading}>
      {Array.from({ length: n }, (_, i) => <Skeleton key={i} variant="rounded" height={height} />)}
    </Stack>
  );
}
