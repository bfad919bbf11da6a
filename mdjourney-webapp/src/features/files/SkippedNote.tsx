/** What the capture left out, and why. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getAll } from "../../api/queries";
import type { Skipped } from "../../api/types";
import { t } from "../../lib/texts";

export function SkippedNote({ path }: { path: string }) {
  const [open, setOpen] = useState(false);
  const skipped = useQuery({ queryKey: ["skipped"], retry: false, queryFn: ({ signal }) => getAll<Skipped>("/api/v1/skipped", signal) });
  const here = (skipped.data ?? []).filter((s) => s.path.startsWith(`${path}/`));
  if (here.length === 0) return null;
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>{t.files.skipped(here.length)}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} fullWidth aria-labelledby="skipped">
        <DialogTitle id="skipped">{t.files.skipped(here.length)}</DialogTitle>
        <DialogContent>
          <Table size="small"><TableBody>{here.map((s) => <TableRow key={s.path}><TableCell sx={{ overflowWrap: "anywhere" }}>{s.path}</TableCell><TableCell>{s.reason}</TableCell></TableRow>)}</TableBody></Table>
        </DialogContent>
        <DialogActions><Button onClick={() => setOpen(false)}>{t.app.close}</Button></DialogActions>
      </Dialog>
    </>
  );
}
