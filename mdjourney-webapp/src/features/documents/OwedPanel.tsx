/** The completeness meter and the list of what is missing or wrong; each item goes to its field. */
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { memo, useMemo } from "react";
import type { Fault } from "../../api/types";
import { Meter } from "../../components/Meter";
import { titleOf } from "../../forms/check";
import { focusField } from "../../forms/focus";
import type { Schema } from "../../forms/schema";
import { parsePointer } from "../../lib/pointer";
import { t } from "../../lib/texts";

/** How many top-level answers are owed, and how many of them are there. */
function count(schema: Schema, missing: Fault[]): { done: number; all: number } {
  const open = new Set(missing.map((f) => parsePointer(f.pointer ?? "")[0] ?? ""));
  const owed = new Set([...(schema["x-required-to-complete"] ?? []), ...open]);
  return { done: owed.size - open.size, all: owed.size };
}

export const OwedPanel = memo(function OwedPanel({ schema, errors, missing }: { schema: Schema; errors: Fault[]; missing: Fault[] }) {
  const { done, all } = useMemo(() => count(schema, missing), [schema, missing]);
  return (
    <Paper variant="outlined" sx={{ p: 2 }} component="aside" aria-label={t.doc.missing} data-testid="owed-panel">
      <Meter done={done} all={all} />
      {errors.length > 0 && <Faults title={t.doc.invalid} faults={errors} schema={schema} color="error.main" testid="error-item" />}
      {missing.length > 0 ? <Faults title={t.doc.missing} faults={missing} schema={schema} color="text.primary" testid="missing-item" /> : errors.length === 0 && <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>{t.doc.completeHint}</Typography>}
    </Paper>
  );
});

const FIRST = 12;

function Faults({ title, faults, schema, color, testid }: { title: string; faults: Fault[]; schema: Schema; color: string; testid: string }) {
  return (
    <Stack sx={{ mt: 1.5 }}>
      <Typography variant="overline" component="h4" color="text.secondary">{title}</Typography>
      <List component="div" dense disablePadding sx={{ maxHeight: { xs: 180, lg: "34vh" }, overflow: "auto" }}>
        {faults.slice(0, FIRST * 4).map((f, i) => {
          const name = titleOf(schema, f.pointer ?? "") || f.message;
          return (
            <ListItemButton key={`${f.pointer ?? ""}${i}`} onClick={() => focusField(f.pointer ?? "")} data-testid={testid} data-pointer={f.pointer} aria-label={t.doc.jump(name)} sx={{ px: 1, py: 0.25, borderRadius: 1 }}>
              <ListItemText primary={name} secondary={f.keyword === "required" ? undefined : f.message} slotProps={{ primary: { variant: "body2", color }, secondary: { variant: "caption" } }} />
            </ListItemButton>
          );
        })}
      </List>
      {faults.length > FIRST * 4 && <Button size="small" disabled>+{faults.length - FIRST * 4}</Button>}
    </Stack>
  );
}
