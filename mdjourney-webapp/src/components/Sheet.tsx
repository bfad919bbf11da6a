/** A table in a card: named, with a heading row, reachable and scrollable by keyboard when it is wide. */
import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { ReactNode } from "react";

interface Props {
  label: string;
  /** Headings; an empty one is for the column of buttons at the end, read out as `actions`. */
  head: ReactNode[];
  actions?: string;
  testId?: string;
  children: ReactNode;
}

const HIDDEN = { position: "absolute", width: 1, height: 1, overflow: "hidden", clip: "rect(0 0 0 0)", whiteSpace: "nowrap" } as const;

export function Sheet({ label, head, actions = "", testId, children }: Props) {
  return (
    <Paper variant="outlined" sx={{ overflowX: "auto", position: "relative" }} tabIndex={0} role="region" aria-label={label}>
      <Table size="small" data-testid={testId} sx={{ minWidth: { xs: head.length > 3 ? 130 * head.length : undefined, sm: 0 }, "& td, & td a": { overflowWrap: "break-word" } }}>
        <TableHead>
          <TableRow>
            {head.map((h, i) => <TableCell key={i} sx={{ whiteSpace: typeof h === "string" ? "nowrap" : undefined }}>{h === "" ? <Box component="span" sx={HIDDEN}>{actions}</Box> : h}</TableCell>)}
          </TableRow>
        </TableHead>
        <TableBody>{children}</TableBody>
      </Table>
    </Paper>
  );
}
