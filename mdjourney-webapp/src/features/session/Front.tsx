/** The frame of the screens that stand before the app. */
import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useEffect, type ReactNode } from "react";
import { Logo } from "../../components/Logo";
import { t } from "../../lib/texts";

export function Front({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${t.app.name}`;
  }, [title]);
  return (
    <Box component="main" sx={{ minHeight: "100dvh", display: "grid", placeItems: "center", p: 2 }}>
      <Stack spacing={3} sx={{ width: "100%", maxWidth: 400 }}>
        <Stack direction="row" spacing={1.5} alignItems="center">
          <Logo size={44} />
          <Box>
            <Typography variant="h2" component="p">{t.app.name}</Typography>
            <Typography variant="body2" color="text.secondary">{t.app.tagline}</Typography>
          </Box>
        </Stack>
        <Paper variant="outlined" sx={{ p: 3.5 }}>
          <Typography variant="h1" sx={{ mb: 2, fontSize: "1.35rem" }}>{title}</Typography>
          {children}
        </Paper>
      </Stack>
    </Box>
  );
}
