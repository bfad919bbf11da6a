/** A question before something that is hard to take back. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import { t } from "../lib/texts";

export function Ask({ open, text, action, onYes, onNo }: { open: boolean; text: string; action: string; onYes: () => void; onNo: () => void }) {
  return (
    <Dialog open={open} onClose={onNo} aria-label={text}>
      <DialogContent sx={{ maxWidth: 440 }}>{text}</DialogContent>
      <DialogActions>
        <Button onClick={onNo}>{t.app.cancel}</Button>
        <Button variant="contained" onClick={onYes} data-testid="ask-yes" autoFocus>{action}</Button>
      </DialogActions>
    </Dialog>
  );
}
