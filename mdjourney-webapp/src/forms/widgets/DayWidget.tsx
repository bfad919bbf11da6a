/** A calendar day; text that is no day stays visible so that it can be corrected. */
import type { WidgetProps } from "@rjsf/utils";
import { useFaults } from "../context";
import { LineControl } from "./Control";
import { describedBy } from "./described";

export function DayWidget({ id, value, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const text = typeof value === "string" ? value : "";
  const isDay = text === "" || /^\d{4}-\d{2}-\d{2}$/.test(text);
  return (
    <LineControl
      id={id}
      type={isDay ? "date" : "text"}
      value={text}
      disabled={disabled}
      readOnly={readonly}
      style={{ maxWidth: 220 }}
      aria-label={label}
      aria-describedby={describedBy(id)}
      aria-invalid={faults.errors.length > 0}
      onChange={(e) => onChange(e.target.value === "" ? undefined : e.target.value)}
      onFocus={() => onFocus(id, value)}
      onBlur={() => onBlur(id, value)}
    />
  );
}
