/** Whether the catalogue has heard of everything: its queue, and what it could not read. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { ask, type StoreHealth } from "../../api/catalogue";
import { t } from "../../lib/texts";

/** Links and search follow a save within a second or two: less than this is no delay. */
const SOON = 5;

export function Freshness() {
  const health = useQuery({ ...ask<StoreHealth>("/health"), retry: false });
  if (health.isPending) return null;
  const { text, tone } = told(health.isError, health.data);
  return (
    <Typography variant="body2" color="text.secondary" role="status" data-testid="freshness" sx={{ display: "flex", alignItems: "center", gap: 1, "@media print": { display: "none" } }}>
      <Box component="span" aria-hidden sx={{ width: 9, height: 9, borderRadius: 5, flexShrink: 0, bgcolor: tone }} />{text}
    </Typography>
  );
}

/** What the store's state comes to, in one line. */
export function told(away: boolean, health: StoreHealth | undefined): { text: string; tone: string } {
  const queue = health?.connector;
  if (away || !queue) return { text: t.catalogue.away, tone: "error.main" };
  if (queue.waiting > 0 && (queue.oldest_seconds ?? 0) > SOON) return { text: t.catalogue.behind(queue.waiting, queue.oldest_seconds ?? 0), tone: "warning.main" };
  if (queue.parked.length > 0) return { text: t.catalogue.parked(queue.parked.length), tone: "warning.main" };
  return { text: t.catalogue.upToDate, tone: "success.main" };
}
