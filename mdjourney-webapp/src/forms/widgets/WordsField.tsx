/** A list of short texts as chips: type, press Enter. */
import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { useFaults } from "../context";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";
import { describedBy } from "./described";

export function WordsField({ fieldPathId, formData, schema, onChange, readonly, disabled, required, name }: FieldProps) {
  const id = fieldPathId.$id;
  const faults = useFaults(id);
  const [typed, setTyped] = useState("");
  const words = Array.isArray(formData) ? formData.map(String) : [];
  const put = (next: string[]) => {
    const clean = [...new Set(next.map((w) => w.trim()).filter(Boolean))];
    onChange(clean.length === 0 ? undefined : clean, fieldPathId.path);
  };
  const title = schema.title ?? name;
  const example = Array.isArray(schema.examples) ? schema.examples.flat()[0] : undefined;
  return (
    <FieldFrame id={id} label={title} description={schema.description} required={required} filled={words.length > 0}>
      <Autocomplete
        id={id}
        multiple
        freeSolo
        size="small"
        options={[] as string[]}
        value={words}
        inputValue={typed}
        readOnly={readonly}
        disabled={disabled}
        onInputChange={(_, text) => {
          // A pasted or typed list is several words; a comma inside one is kept by pressing Enter.
          if (!text.endsWith(";") && !text.includes("\n")) return setTyped(text);
          put([...words, ...text.split(/[;\n]/)]);
          setTyped("");
        }}
        onChange={(_, next) => put(next)}
        onBlur={() => {
          if (typed.trim()) put([...words, typed]);
          setTyped("");
        }}
        renderInput={(params) => (
          <TextField
            {...params}
            error={faults.errors.length > 0}
            placeholder={words.length === 0 && typeof example === "string" ? t.doc.example(example) : readonly ? "" : t.doc.valuePlaceholder}
            slotProps={{ htmlInput: { ...params.inputProps, "aria-label": title, "aria-describedby": describedBy(id) } }}
          />
        )}
      />
    </FieldFrame>
  );
}
