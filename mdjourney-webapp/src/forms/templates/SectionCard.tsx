/** One section of a form; what the system fills starts folded. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState, type ReactNode } from "react";
import { SYSTEM } from "../sections";
import { t } from "../../lib/texts";

export function SectionCard({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  const [open, setOpen] = useState(id !== SYSTEM);
  return (
    <Paper component="section" variant="outlined" aria-labelledby={`section-${id}`} data-section={id} sx={{ p: { xs: 2, md: 3 }, pt: { xs: 1.5, md: 2 } }}>
      <Stack direction="row" alignItems="center" justifyContent="space-between" sx={{ mb: open ? 2 : 0 }}>
        <Typography id={`section-${id}`} variant="h3" component="h3" color={id === SYSTEM ? "text.secondary" : "text.primary"}>
          {title}
        </Typography>
        {id === SYSTEM && (
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t.doc.hide : t.doc.show}
          </Button>
        )}
      </Stack>
      <Box hidden={!open}>{open && children}</Box>
    </Paper>
  );
}
