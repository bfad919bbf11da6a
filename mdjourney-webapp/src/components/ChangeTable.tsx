/** What a change over several documents does, or why it cannot be done: one line for each field. */
import Alert from "@mui/material/Alert";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import type { Outcome } from "../api/types";
import { plain } from "../lib/format";
import { t } from "../lib/texts";

const SHOWN = 300;

export function ChangeTable({ outcome }: { outcome: Outcome }) {
  const rows = [...outcome.changes].sort((a, b) => Number(!!b.error) - Number(!!a.error));
  return (
    <Stack spacing={1.5} data-testid="changes" data-errors={outcome.errors} data-documents={outcome.documents}>
      <Alert severity={outcome.errors > 0 ? "error" : rows.length === 0 ? "info" : outcome.saved ? "success" : "info"}>
        {outcome.errors > 0 ? t.bulk.errors(outcome.errors) : rows.length === 0 ? t.bulk.nothing : outcome.saved ? t.bulk.done(outcome.documents) : t.bulk.would(rows.length, outcome.documents)}
      </Alert>
      {rows.length > 0 && (
        <Paper variant="outlined" tabIndex={0} role="region" aria-label={t.bulk.changes} sx={{ overflow: "auto", maxHeight: 460 }}>
          <Table size="small" stickyHeader>
            <TableHead><TableRow><TableCell>{t.bulk.document}</TableCell><TableCell>{t.doc.field}</TableCell><TableCell>{t.history.before}</TableCell><TableCell>{t.history.after}</TableCell></TableRow></TableHead>
            <TableBody>
              {rows.slice(0, SHOWN).map((row, i) => (
                <TableRow key={i} data-testid="change-row">
                  <TableCell sx={{ overflowWrap: "anywhere", minWidth: 180, fontSize: 12 }}>{row.document.replace("/.metadata/", " › ")}{row.row ? ` (${t.bulk.line(row.row)})` : ""}</TableCell>
                  <TableCell sx={{ fontWeight: 600 }}>{row.title || row.pointer}</TableCell>
                  {row.error ? <TableCell colSpan={2} sx={{ color: "error.main" }}>{row.error}</TableCell> : (
                    <>
                      <TableCell sx={{ overflowWrap: "anywhere", color: "text.secondary" }}>{plain(row.before) || t.doc.empty}</TableCell>
                      <TableCell sx={{ overflowWrap: "anywhere" }}>{plain(row.after) || t.doc.empty}</TableCell>
                    </>
                  )}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Paper>
      )}
      {rows.length > SHOWN && <Typography variant="body2" color="text.secondary">+{rows.length - SHOWN}</Typography>}
    </Stack>
  );
}
