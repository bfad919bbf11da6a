/** One of a list: a native select, which every keyboard and screen reader knows. */
import { enumOptionsIndexForValue, enumOptionsValueForIndex, type WidgetProps } from "@rjsf/utils";
import { useFaults } from "../context";
import { t } from "../../lib/texts";
import { ChoiceControl } from "./Control";
import { describedBy } from "./described";

/** What chooses between forms of a field; the value itself is chosen by the field of that form. */
const KIND = /__(any|one)of_select$/;

export function ChoiceWidget({ id, value, options, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const choices = options.enumOptions ?? [];
  const index = enumOptionsIndexForValue(value, choices, false);
  return (
    <ChoiceControl
      id={id}
      value={String(index ?? "")}
      disabled={disabled || readonly}
      aria-label={KIND.test(id) ? t.doc.kindOf(label) : label}
      aria-describedby={describedBy(id)}
      aria-invalid={faults.errors.length > 0}
      onChange={(e) => onChange(e.target.value === "" ? undefined : enumOptionsValueForIndex(e.target.value, choices))}
      onFocus={() => onFocus(id, value)}
      onBlur={() => onBlur(id, value)}
    >
      {!KIND.test(id) && <option value="">{t.doc.unset}</option>}
      {choices.map((choice, i) => (
        <option key={i} value={String(i)}>
          {choice.label}
        </option>
      ))}
    </ChoiceControl>
  );
}
