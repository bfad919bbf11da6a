/** An empty place that says what would fill it. */
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

export function Empty({ icon, title, hint, children }: { icon?: ReactNode; title: string; hint?: string; children?: ReactNode }) {
  return (
    <Stack alignItems="center" spacing={1} sx={{ py: 6, px: 2, textAlign: "center", color: "text.secondary", "& > svg": { fontSize: 44, opacity: 0.6 } }}>
      {icon}
      <Typography variant="h3" component="p" color="text.primary">{title}</Typography>
      {hint && <Typography variant="body2" sx={{ maxWidth: 440 }}>{hint}</Typography>}
      {children}
    </Stack>
  );
}
