/** A text to take away: selectable, with a button that copies it. */
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { t } from "../lib/texts";

export function CopyText({ label, text, testId }: { label: string; text: string; testId?: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
  };
  return (
    <Stack direction="row" spacing={1} alignItems="center">
      <TextField label={label} value={text} onFocus={(e) => e.target.select()} slotProps={{ htmlInput: { readOnly: true, "data-testid": testId }, inputLabel: { shrink: true } }} sx={{ "& input": { fontFamily: "ui-monospace, monospace", fontSize: 13 } }} />
      <Button variant="outlined" onClick={() => void copy()} aria-live="polite" sx={{ flexShrink: 0 }}>{done ? t.account.copied : t.account.copy}</Button>
    </Stack>
  );
}
