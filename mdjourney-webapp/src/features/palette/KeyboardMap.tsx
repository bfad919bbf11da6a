/** Every key that does something, and the switch for single ones. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { t } from "../../lib/texts";
import { usePalette } from "./store";
import type { Place } from "./useKeys";

export default function KeyboardMap({ places }: { places: Place[] }) {
  const { show, single, setSingle } = usePalette();
  const r = t.palette.rows;
  const parts: [string, [string, string][]][] = [
    [t.palette.parts.everywhere, [["Ctrl K", r.palette], ["?", r.map], ["Tab", r.skip]]],
    [t.palette.parts.go, places.filter((p) => p.letter).map((p) => [`g ${p.letter}`, p.title])],
    [t.palette.parts.editor, [["Ctrl S", r.save], ["Ctrl Z", r.undo], ["Ctrl Shift Z", r.redo], ["F2", r.about]]],
    [t.palette.parts.tree, [["↑ ↓", r.move], ["→ ←", r.unfold], ["Enter", r.choose], ["Home End", r.ends]]],
  ];
  return (
    <Dialog open onClose={() => show(null)} fullWidth maxWidth="md" aria-labelledby="keys" data-testid="keyboard-map">
      <DialogTitle id="keys">{t.palette.keys}</DialogTitle>
      <DialogContent>
        <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "1fr 1fr" } }}>
          {parts.map(([title, rows]) => (
            <section key={title} aria-label={title}>
              <Typography variant="h3" sx={{ mb: 1 }}>{title}</Typography>
              <Box component="dl" sx={{ m: 0, display: "grid", gridTemplateColumns: "120px 1fr", rowGap: 0.75, fontSize: 14 }}>
                {rows.map(([keys, text]) => (
                  <Box key={keys} sx={{ display: "contents" }}>
                    <dt>{keys.split(" ").map((k) => <Box key={k} component="kbd" sx={{ border: 1, borderColor: "divider", borderBottomWidth: 2, borderRadius: 1, px: 0.75, py: 0.125, mr: 0.5, fontFamily: "inherit", fontSize: 12.5, fontWeight: 600 }}>{k}</Box>)}</dt>
                    <Box component="dd" sx={{ m: 0 }}>{text}</Box>
                  </Box>
                ))}
              </Box>
            </section>
          ))}
        </Box>
        <FormControlLabel sx={{ mt: 2 }} control={<Switch checked={single} onChange={(e) => setSingle(e.target.checked)} />} label={t.palette.single} />
        <Typography variant="body2" color="text.secondary">{t.palette.singleHint}</Typography>
      </DialogContent>
      <DialogActions><Button onClick={() => show(null)} autoFocus>{t.app.close}</Button></DialogActions>
    </Dialog>
  );
}
