/** One of a list: a native select, which every keyboard and screen reader knows. */
import TextField from "@mui/material/TextField";
import { enumOptionsIndexForValue, enumOptionsValueForIndex, type WidgetProps } from "@rjsf/utils";
import { useFaults } from "../context";
import { t } from "../../lib/texts";
import { describedBy } from "./described";

export function ChoiceWidget({ id, value, options, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const choices = options.enumOptions ?? [];
  const index = enumOptionsIndexForValue(value, choices, false);
  return (
    <TextField
      id={id}
      select
      value={index ?? ""}
      error={faults.errors.length > 0}
      disabled={disabled || readonly}
      onChange={(e) => onChange(e.target.value === "" ? undefined : enumOptionsValueForIndex(e.target.value, choices))}
      onFocus={() => onFocus(id, value)}
      onBlur={() => onBlur(id, value)}
      slotProps={{ select: { native: true }, htmlInput: { id, "aria-label": label, "aria-describedby": describedBy(id), "aria-invalid": faults.errors.length > 0 } }}
    >
      <option value="">{t.doc.unset}</option>
      {choices.map((choice, i) => (
        <option key={i} value={String(i)}>
          {choice.label}
        </option>
      ))}
    </TextField>
  );
}
