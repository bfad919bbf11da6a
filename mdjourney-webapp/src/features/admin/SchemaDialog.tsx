/** The fields of a schema: what the system fills, what people owe, what else there is; and its override. */
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { lazy, Suspense, useState } from "react";
import { useSchema } from "../../api/queries";
import type { Content } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { plain } from "../../lib/format";
import { t } from "../../lib/texts";
import { OverrideEditor } from "./OverrideEditor";
import type { SchemaItem } from "../../api/types";

const SchemaPreview = lazy(() => import("./SchemaPreview"));

type Part = "fields" | "form" | "override";

interface Field {
  name: string;
  title: string;
  type: string;
  description: string;
  note: "required" | "owed" | null;
}

/** Top-level fields of a schema, also those that its `allOf` parts bring. */
export function fieldsOf(schema: Content): Field[] {
  const parts = [schema, ...(Array.isArray(schema.allOf) ? (schema.allOf as Content[]) : [])];
  const all = <T,>(key: string) => parts.flatMap((p) => (Array.isArray(p[key]) ? (p[key] as T[]) : []));
  const required = new Set(all<string>("required"));
  const owed = new Set(all<string>("x-required-to-complete"));
  const fields = new Map(parts.flatMap((p) => Object.entries((p.properties ?? {}) as Record<string, Content>)));
  return [...fields].map(([name, f]) => ({
    name, title: plain(f.title) || name, type: plain(f.type ?? (f.enum ? "choice" : "")), description: plain(f.description),
    note: owed.has(name) ? "owed" : required.has(name) ? "required" : null,
  }));
}

export function SchemaDialog({ row, onClose }: { row: SchemaItem; onClose: () => void }) {
  const schema = useSchema({ name: row.name });
  const [part, setPart] = useState<Part>("fields");
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth={part === "fields" ? "md" : "xl"} aria-labelledby="schema-title">
      <DialogTitle id="schema-title">{row.title ?? row.name}</DialogTitle>
      <DialogContent>
        {schema.isPending && <Lines />}
        <Failure error={schema.error} />
        <ToggleButtonGroup size="small" exclusive value={part} aria-label={t.admin.schema} onChange={(_, v: Part | null) => v && setPart(v)} sx={{ mb: 2 }}>
          <ToggleButton value="fields">{t.admin.fields}</ToggleButton>
          <ToggleButton value="form" data-testid="schema-form">{t.admin.previewTitle}</ToggleButton>
          <ToggleButton value="override" data-testid="schema-override">{t.admin.override}</ToggleButton>
        </ToggleButtonGroup>
        {schema.data && part === "form" && <Suspense fallback={<Lines />}><SchemaPreview schema={schema.data} /></Suspense>}
        {schema.data && part === "override" && <OverrideEditor key={row.name} row={row} schema={schema.data} />}
        {schema.data && part === "fields" && (
          <Sheet label={t.admin.fields} head={[t.admin.name, t.admin.state, ""]} actions={t.admin.why} testId="schema-fields">
            {fieldsOf(schema.data).map((f) => (
              <TableRow key={f.name}>
                <TableCell><Typography sx={{ fontWeight: 600, fontSize: 14 }}>{f.title}</Typography><code>{f.name}</code></TableCell>
                <TableCell>{f.note && <Chip label={t.admin.fieldNotes[f.note]} color={f.note === "owed" ? "warning" : "default"} variant="outlined" />}</TableCell>
                <TableCell sx={{ color: "text.secondary" }}>{f.type}{f.type && f.description && ": "}{f.description}</TableCell>
              </TableRow>
            ))}
          </Sheet>
        )}
      </DialogContent>
      <DialogActions><Button onClick={onClose}>{t.app.close}</Button></DialogActions>
    </Dialog>
  );
}
