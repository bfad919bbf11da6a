/** Trials by week as bars; the numbers are there for those who cannot see bars. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { t } from "../../lib/texts";

const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

export function Weeks({ weeks }: { weeks: { from: string; n: number }[] }) {
  const most = Math.max(1, ...weeks.map((w) => w.n));
  return (
    <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gridTemplateColumns: `repeat(${weeks.length}, 1fr)`, gap: 0.75 }}>
      {weeks.map(({ from, n }, i) => (
        <Box component="li" key={from} aria-label={t.overview.weekOf(from, n)} sx={{ display: "flex", flexDirection: "column", alignItems: "center", minWidth: 0 }}>
          <Box aria-hidden sx={{ height: 96, width: "100%", display: "flex", flexDirection: "column", justifyContent: "flex-end", alignItems: "center" }}>
            {n > 0 && <Typography variant="caption">{n}</Typography>}
            <Box sx={{ width: "100%", height: n === 0 ? 2 : Math.max(4, (n / most) * 76), bgcolor: n === 0 ? "divider" : "primary.main", borderRadius: "4px 4px 0 0" }} />
          </Box>
          <Typography aria-hidden variant="caption" color="text.secondary" sx={{ fontSize: 11, whiteSpace: "nowrap", visibility: i % 3 === 0 ? "visible" : "hidden" }}>{short.format(new Date(from))}</Typography>
        </Box>
      ))}
    </Box>
  );
}
