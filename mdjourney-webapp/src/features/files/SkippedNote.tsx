/** What the capture left out, and why. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getAll } from "../../api/queries";
import type { Skipped } from "../../api/types";
import { t } from "../../lib/texts";

const SHOWN = 200;

export function SkippedNote({ path }: { path: string }) {
  const [open, setOpen] = useState(false);
  const skipped = useQuery({ queryKey: ["files", "skipped"], retry: false, queryFn: ({ signal }) => getAll<Skipped>("/api/v1/skipped", signal) });
  const here = (skipped.data ?? []).filter((s) => s.path.startsWith(`${path}/`));
  if (here.length === 0) return null;
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)} data-testid="skipped">{t.files.left.out(here.length)}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} fullWidth maxWidth="md" aria-labelledby="skipped-title">
        <DialogTitle id="skipped-title">{t.files.left.out(here.length)}</DialogTitle>
        <DialogContent tabIndex={0}>
          <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>{t.files.left.why}</Typography>
          <Table size="small" data-testid="skipped-list">
            <TableHead><TableRow><TableCell>{t.files.left.path}</TableCell><TableCell>{t.files.left.reason}</TableCell></TableRow></TableHead>
            <TableBody>{here.slice(0, SHOWN).map((s) => <TableRow key={s.path}><TableCell sx={{ overflowWrap: "anywhere" }}>{s.path.slice(path.length + 1)}</TableCell><TableCell>{s.reason}</TableCell></TableRow>)}</TableBody>
          </Table>
          {here.length > SHOWN && <Typography variant="body2" sx={{ mt: 1 }}>{t.files.upload.more(here.length - SHOWN)}</Typography>}
        </DialogContent>
        <DialogActions><Button onClick={() => setOpen(false)}>{t.app.close}</Button></DialogActions>
      </Dialog>
    </>
  );
}
