/** Which schema counts for each document and why. */
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { useTemplates } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { t } from "../../lib/texts";
import { SchemaDialog } from "./SchemaDialog";

export function SchemasTab() {
  const schemas = useTemplates();
  const [open, setOpen] = useState<string | null>(null);
  if (schemas.isPending) return <Lines />;
  if (!schemas.data) return <Failure error={schemas.error} title={t.admin.noSession} onRetry={() => void schemas.refetch()} />;
  const shown = (schemas.data).find((s) => s.name === open);
  return (
    <Stack spacing={2.5}>
      <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 640 }}>{t.admin.schemasLead}</Typography>
      {(["document", "template"] as const).map((kind) => (
        <section key={kind} aria-label={t.admin.documentKinds[kind]}>
          <Typography variant="h2" sx={{ mb: 1 }}>{t.admin.documentKinds[kind]}</Typography>
          <Sheet label={t.admin.documentKinds[kind] ?? kind} head={[t.admin.schema, t.admin.source, t.admin.schemaVersion, t.admin.why, ""]} actions={t.admin.actions} testId={`admin-schemas-${kind}`}>
            {(schemas.data).filter((s) => s.kind === kind).map((s) => (
              <TableRow key={s.name} hover>
                <TableCell><Typography sx={{ fontWeight: 600, fontSize: 14 }}>{s.title ?? s.name}</Typography><code>{s.name}</code></TableCell>
                <TableCell><Chip label={t.admin.sources[s.source] ?? s.source} color={s.problem ? "warning" : s.source === "local" ? "info" : "default"} variant="outlined" /></TableCell>
                <TableCell>{s.version}</TableCell>
                <TableCell sx={{ maxWidth: 380, overflowWrap: "anywhere" }}>{s.problem ?? s.reason}</TableCell>
                <TableCell align="right"><Button size="small" onClick={() => setOpen(s.name)} aria-label={t.admin.showSchema(s.title ?? s.name)} data-testid="schema-open">{t.admin.fields}</Button></TableCell>
              </TableRow>
            ))}
          </Sheet>
        </section>
      ))}
      {shown && <SchemaDialog row={shown} onClose={() => setOpen(null)} />}
    </Stack>
  );
}
