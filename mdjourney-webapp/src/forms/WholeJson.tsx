/** A document whose schema is too large for a form, as JSON; taken over when what is typed is an object. */
import Alert from "@mui/material/Alert";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import type { Content } from "../api/types";
import { t } from "../lib/texts";
import { useDeferredText } from "./context";
import { isSchema } from "./schema";

function read(text: string): Content | null {
  try {
    const value: unknown = JSON.parse(text);
    return isSchema(value) ? value : null;
  } catch {
    return null;
  }
}

export function WholeJson({ content, onChange, readOnly }: { content: Content; onChange: (content: Content) => void; readOnly: boolean }) {
  const { text, type, flush } = useDeferredText(JSON.stringify(content, null, 2), (next) => {
    const value = read(next);
    if (value) onChange(value);
  });
  const bad = read(text) === null;
  return (
    <Stack spacing={1.5}>
      <Alert severity="info">{t.doc.undrawable}</Alert>
      <TextField
        multiline minRows={12} maxRows={40} value={text} error={bad} helperText={bad ? t.doc.badJson : undefined}
        onChange={(e) => type(e.target.value)} onBlur={flush}
        slotProps={{ htmlInput: { readOnly, spellCheck: false, "aria-label": t.doc.wholeJson, "data-testid": "whole-json", style: { fontFamily: "ui-monospace, monospace" } } }}
      />
    </Stack>
  );
}
