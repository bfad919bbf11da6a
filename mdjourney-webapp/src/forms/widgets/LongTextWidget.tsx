/** Several lines of text. */
import type { WidgetProps } from "@rjsf/utils";
import { useDeferredText, useFaults } from "../context";
import { t } from "../../lib/texts";
import { TextControl } from "./Control";
import { describedBy } from "./described";
import { TagPreview } from "./TagPreview";

export function LongTextWidget({ id, value, placeholder, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const { text, type, flush } = useDeferredText(typeof value === "string" ? value : "", (next) => onChange(next === "" ? undefined : next));
  return (
    <>
    <TextControl
      id={id}
      value={text}
      rows={3}
      placeholder={placeholder && !readonly ? t.doc.example(placeholder) : undefined}
      disabled={disabled}
      readOnly={readonly}
      aria-label={label}
      aria-describedby={describedBy(id)}
      aria-invalid={faults.errors.length > 0}
      onChange={(e) => type(e.target.value)}
      onFocus={() => onFocus(id, value)}
      onBlur={() => {
        flush();
        onBlur(id, value);
      }}
    />
    {!readonly && <TagPreview text={text} />}
    </>
  );
}
