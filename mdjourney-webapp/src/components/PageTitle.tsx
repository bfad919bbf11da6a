/** The heading of a screen, what it is, and what can be done with it. */
import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useEffect, type ReactNode } from "react";
import { t } from "../lib/texts";

export function PageTitle({ title, lead, badges, actions, over }: { title: string; lead?: ReactNode; badges?: ReactNode; actions?: ReactNode; over?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${t.app.name}`;
  }, [title]);
  return (
    <Stack direction={{ xs: "column", sm: "row" }} justifyContent="space-between" alignItems={{ xs: "flex-start", sm: "flex-end" }} spacing={2} sx={{ mb: 2 }}>
      <Box sx={{ minWidth: 0 }}>
        {over && <Typography variant="body2" color="text.secondary" component="div">{over}</Typography>}
        <Stack direction="row" spacing={1} alignItems="center" useFlexGap flexWrap="wrap">
          <Typography variant="h1" sx={{ overflowWrap: "anywhere" }}>{title}</Typography>
          {badges}
        </Stack>
        {lead && <Typography variant="body2" color="text.secondary" component="div" sx={{ mt: 0.5 }}>{lead}</Typography>}
      </Box>
      {actions && <Stack direction="row" spacing={1} useFlexGap sx={{ flexShrink: { sm: 0 }, flexWrap: { xs: "wrap", md: "nowrap" } }}>{actions}</Stack>}
    </Stack>
  );
}
