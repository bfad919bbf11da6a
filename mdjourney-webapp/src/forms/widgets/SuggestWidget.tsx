/** A line of text with answers to choose from: the browser's own list, so that it works with every keyboard and reader. */
import type { WidgetProps } from "@rjsf/utils";
import { useDeferredText, useFaults } from "../context";
import { offerKind, useOffers } from "../offers";
import type { Schema } from "../schema";
import { t } from "../../lib/texts";
import { LineControl } from "./Control";
import { describedBy } from "./described";

export function SuggestWidget({ id, value, schema, placeholder, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const faults = useFaults(id);
  const { text, type, flush } = useDeferredText(typeof value === "string" ? value : "", (next) => onChange(next.trim() === "" ? undefined : next.trim()));
  const offered = useOffers(offerKind(schema as Schema), text);
  return (
    <>
      <LineControl
        id={id}
        list={`${id}__offered`}
        value={text}
        placeholder={placeholder && !readonly ? t.doc.example(placeholder) : undefined}
        disabled={disabled}
        readOnly={readonly}
        aria-label={label}
        aria-describedby={describedBy(id)}
        aria-invalid={faults.errors.length > 0}
        autoComplete="off"
        spellCheck={false}
        onChange={(e) => type(e.target.value)}
        onFocus={() => onFocus(id, value)}
        onBlur={() => {
          flush();
          onBlur(id, value);
        }}
      />
      <datalist id={`${id}__offered`}>{offered.map(([code, name]) => <option key={code} value={code}>{name}</option>)}</datalist>
    </>
  );
}
