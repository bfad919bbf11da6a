/** Several lines of text. */
import TextField from "@mui/material/TextField";
import type { WidgetProps } from "@rjsf/utils";
import { useDeferredText, useFaults } from "../context";
import { t } from "../../lib/texts";
import { describedBy } from "./described";

export function LongTextWidget({ id, value, placeholder, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const { text, type, flush } = useDeferredText(typeof value === "string" ? value : "", (next) => onChange(next === "" ? undefined : next));
  return (
    <TextField
      id={id}
      value={text}
      multiline
      minRows={3}
      maxRows={14}
      placeholder={placeholder && !readonly ? t.doc.example(placeholder) : undefined}
      error={faults.errors.length > 0}
      disabled={disabled}
      onChange={(e) => type(e.target.value)}
      onFocus={() => onFocus(id, value)}
      onBlur={() => {
        flush();
        onBlur(id, value);
      }}
      slotProps={{ htmlInput: { readOnly: readonly, "aria-label": label, "aria-describedby": describedBy(id), "aria-invalid": faults.errors.length > 0 } }}
    />
  );
}
