/** The search language on a card. */
import HelpIcon from "@mui/icons-material/HelpOutline";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Popover from "@mui/material/Popover";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { t } from "../../lib/texts";

export function HowTo() {
  const [at, setAt] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button size="small" startIcon={<HelpIcon />} onClick={(e) => setAt(e.currentTarget)} aria-haspopup="dialog" data-testid="search-help">{t.catalogue.help}</Button>
      <Popover open={at !== null} anchorEl={at} onClose={() => setAt(null)} anchorOrigin={{ vertical: "bottom", horizontal: "left" }} slotProps={{ paper: { role: "dialog", "aria-label": t.catalogue.help } }}>
        <Box sx={{ p: 2, maxWidth: 560 }}><Examples /></Box>
      </Popover>
    </>
  );
}

/** What can be written, each with what it finds. */
export function Examples() {
  return (
    <Box component="dl" sx={{ m: 0, display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr) minmax(0, 1fr)", sm: "auto 1fr" }, columnGap: { xs: 1.5, sm: 3 }, rowGap: 0.75 }}>
      {t.catalogue.helpRows.map(([example, meaning]) => (
        <Box key={example} sx={{ display: "contents" }}>
          <Typography component="dt" variant="body2" sx={{ fontFamily: "ui-monospace, monospace", overflowWrap: "anywhere" }}>{example}</Typography>
          <Typography component="dd" variant="body2" color="text.secondary" sx={{ m: 0 }}>{meaning}</Typography>
        </Box>
      ))}
    </Box>
  );
}
