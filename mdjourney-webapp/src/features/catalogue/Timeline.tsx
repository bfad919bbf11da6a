/** What happened, in order: a line with a dot for each event. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { when } from "../../lib/format";

export interface Moment {
  key: string;
  at: string;
  title: string;
  detail?: string | null;
  who?: string | null;
  tone?: "primary.main" | "success.main" | "warning.main" | "text.disabled";
}

export function Timeline({ items, testId }: { items: Moment[]; testId?: string }) {
  return (
    <Box component="ol" data-testid={testId} sx={{ listStyle: "none", m: 0, p: 0 }}>
      {items.map((m, i) => (
        <Box component="li" key={m.key} sx={{ display: "grid", gridTemplateColumns: "20px 1fr", columnGap: 1.5 }}>
          <Box aria-hidden sx={{ display: "flex", flexDirection: "column", alignItems: "center" }}>
            <Box sx={{ width: 11, height: 11, mt: 0.75, borderRadius: "50%", bgcolor: m.tone ?? "text.disabled", flexShrink: 0 }} />
            {i < items.length - 1 && <Box sx={{ width: 2, flex: 1, bgcolor: "divider" }} />}
          </Box>
          <Box sx={{ pb: 2, minWidth: 0 }}>
            <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{m.title}</Typography>
            {m.detail && <Typography variant="body2" sx={{ overflowWrap: "anywhere" }}>{m.detail}</Typography>}
            <Typography variant="caption" color="text.secondary"><time dateTime={m.at}>{when(m.at)}</time>{m.who ? ` · ${m.who}` : ""}</Typography>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
