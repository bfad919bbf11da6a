/** One line of text or a number. */
import type { WidgetProps } from "@rjsf/utils";
import { useDeferredText, useFaults } from "../context";
import { t } from "../../lib/texts";
import { LineControl } from "./Control";
import { describedBy } from "./described";

const INPUT: Record<string, string> = { email: "email", uri: "url", "date-time": "text" };

export function readLine(text: string, type: unknown): unknown {
  if (text.trim() === "") return undefined;
  if (type !== "number" && type !== "integer") return text;
  const n = Number(text.replace(",", "."));
  return Number.isFinite(n) ? n : text;
}

export function LineWidget({ id, value, schema, placeholder, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const { text, type, flush } = useDeferredText(value === undefined || value === null ? "" : String(value), (next) => onChange(readLine(next, schema.type)));
  const numeric = schema.type === "number" || schema.type === "integer";
  return (
    <LineControl
      id={id}
      value={text}
      type={INPUT[schema.format ?? ""] ?? "text"}
      placeholder={placeholder && !readonly ? t.doc.example(placeholder) : undefined}
      disabled={disabled}
      readOnly={readonly}
      aria-label={label}
      aria-describedby={describedBy(id)}
      aria-invalid={faults.errors.length > 0}
      inputMode={numeric ? "decimal" : undefined}
      autoComplete="off"
      onChange={(e) => type(e.target.value)}
      onFocus={() => onFocus(id, value)}
      onBlur={() => {
        flush();
        onBlur(id, value);
      }}
    />
  );
}
