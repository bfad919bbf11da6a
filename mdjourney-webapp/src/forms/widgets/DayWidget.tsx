/** A calendar day, as the browser asks for it; what is no day yet is kept as text. */
import TextField from "@mui/material/TextField";
import type { WidgetProps } from "@rjsf/utils";
import { useFaults } from "../context";
import { describedBy } from "./described";

export function DayWidget({ id, value, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const text = typeof value === "string" ? value : "";
  const isDay = text === "" || /^\d{4}-\d{2}-\d{2}$/.test(text);
  return (
    <TextField
      id={id}
      type={isDay ? "date" : "text"}
      value={text}
      error={faults.errors.length > 0}
      disabled={disabled}
      sx={{ maxWidth: 220 }}
      onChange={(e) => onChange(e.target.value === "" ? undefined : e.target.value)}
      onFocus={() => onFocus(id, value)}
      onBlur={() => onBlur(id, value)}
      slotProps={{ htmlInput: { readOnly: readonly, "aria-label": label, "aria-describedby": describedBy(id), "aria-invalid": faults.errors.length > 0 } }}
    />
  );
}
