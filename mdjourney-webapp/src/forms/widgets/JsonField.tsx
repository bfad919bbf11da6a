/** A part whose schema says nothing about its shape: plain JSON, committed once it parses. */
import TextField from "@mui/material/TextField";
import type { FieldProps } from "@rjsf/utils";
import { useEffect, useState } from "react";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";

const show = (value: unknown) => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2));

function parse(text: string): { value: unknown } | null {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return /^[[{"]/.test(text.trim()) ? null : { value: text };
  }
}

export function JsonField({ fieldPathId, formData, schema, onChange, readonly, required, name }: FieldProps) {
  const [text, setText] = useState(() => show(formData));
  useEffect(() => setText(show(formData)), [formData]);
  const parsed = parse(text);
  return (
    <FieldFrame id={fieldPathId.$id} label={schema.title ?? name} description={schema.description} required={required}>
      <TextField
        id={fieldPathId.$id}
        multiline
        maxRows={12}
        value={text}
        error={!parsed}
        helperText={parsed ? undefined : t.doc.badJson}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => parsed && onChange(parsed.value, fieldPathId.path)}
        slotProps={{ htmlInput: { readOnly: readonly, "aria-label": schema.title ?? name, style: { fontFamily: "ui-monospace, monospace" } } }}
      />
    </FieldFrame>
  );
}
