/** An ORCID or ROR: says while one types whether the check digit fits, and writes a bare one in full. */
import FormHelperText from "@mui/material/FormHelperText";
import type { WidgetProps } from "@rjsf/utils";
import { useState } from "react";
import { useDeferredText, useFaults } from "../context";
import { fullId, judgeId, type IdKind } from "../ids";
import { useOffers } from "../offers";
import { t } from "../../lib/texts";
import { LineControl } from "./Control";
import { describedBy } from "./described";

export function IdWidget({ id, value, schema, placeholder, readonly, disabled, onChange, onFocus, onBlur, label }: WidgetProps) {
  const kind: IdKind = schema.format === "ror" ? "ror" : "orcid";
  const faults = useFaults(id);
  const { text, type, flush } = useDeferredText(typeof value === "string" ? value : "", (next) => onChange(next.trim() === "" ? undefined : fullId(kind, next)));
  const verdict = judgeId(kind, text);
  const [entered, setEntered] = useState(false);
  const offered = useOffers(entered ? kind : null, text);
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
        aria-describedby={`${id}__verdict ${describedBy(id)}`}
        aria-invalid={faults.errors.length > 0 || verdict === "wrong"}
        autoComplete="off"
        spellCheck={false}
        onChange={(e) => type(e.target.value)}
        onFocus={() => {
          setEntered(true);
          onFocus(id, value);
        }}
        onBlur={() => {
          flush();
          onBlur(id, value);
        }}
      />
      <datalist id={`${id}__offered`}>{offered.map(([full, name]) => <option key={full} value={full}>{name}</option>)}</datalist>
      <FormHelperText id={`${id}__verdict`} role="status" error={verdict === "wrong"} sx={verdict === "fine" ? { color: "success.main" } : undefined} data-testid="id-verdict">
        {verdict === "fine" ? t.doc.idFine : verdict === "wrong" ? t.doc.idWrong : ""}
      </FormHelperText>
    </>
  );
}
