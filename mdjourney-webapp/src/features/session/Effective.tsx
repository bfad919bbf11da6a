/** Every setting a config comes to, with the ones that stand in it marked. */
import Chip from "@mui/material/Chip";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import type { Content } from "../../api/types";
import { plain } from "../../lib/format";
import { t } from "../../lib/texts";

function flat(value: Content, prefix = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner) ? flat(inner as Content, `${prefix}${key}.`) : [[prefix + key, inner] as [string, unknown]],
  );
}

const show = (value: unknown) => (Array.isArray(value) ? value.map(String).join(", ") || "–" : plain(value) || "–");

export function Effective({ effective, yaml }: { effective: Content; yaml: string }) {
  const typed = (key: string) => new RegExp(`(^|[\\s{,])["']?${key.split(".").at(-1)}["']?\\s*:`, "m").test(yaml);
  return (
    <div data-testid="effective">
      <Typography variant="h3" sx={{ mb: 0.5 }}>{t.start.checked}</Typography>
      <Table size="small">
        <TableBody>
          {flat(effective).map(([key, value]) => (
            <TableRow key={key}>
              <TableCell component="th" scope="row" sx={{ fontFamily: "ui-monospace, monospace", fontSize: 12.5, pl: 0, border: 0, py: 0.35 }}>{key}</TableCell>
              <TableCell sx={{ overflowWrap: "anywhere", border: 0, py: 0.35, fontWeight: typed(key) ? 600 : 400 }}>{show(value)}</TableCell>
              <TableCell align="right" sx={{ pr: 0, border: 0, py: 0.35 }}>{!typed(key) && <Chip label={t.start.isDefault} variant="outlined" sx={{ height: 18, fontSize: 11 }} />}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
