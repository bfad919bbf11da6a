/** Files of the dataset chosen by path; an address elsewhere may be typed as well. */
import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { useFaults } from "../context";
import { useFilePaths } from "../offers";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";
import { describedBy } from "./described";

export function FilesField({ fieldPathId, formData, schema, onChange, readonly, disabled, required, name }: FieldProps) {
  const id = fieldPathId.$id;
  const faults = useFaults(id);
  const [typed, setTyped] = useState("");
  const offered = useFilePaths(typed);
  const chosen = Array.isArray(formData) ? formData.map(String) : [];
  const put = (next: string[]) => onChange(next.length === 0 ? undefined : [...new Set(next.map((p) => p.trim()).filter(Boolean))], fieldPathId.path);
  const title = schema.title ?? name;
  return (
    <FieldFrame id={id} label={title} description={schema.description} required={required} filled={chosen.length > 0}>
      <Autocomplete
        id={id}
        multiple
        freeSolo
        filterSelectedOptions
        size="small"
        options={offered}
        filterOptions={(all) => all}
        value={chosen}
        inputValue={typed}
        readOnly={readonly}
        disabled={disabled}
        onInputChange={(_, text) => setTyped(text)}
        onChange={(_, next) => put(next)}
        onBlur={() => {
          if (typed.trim()) put([...chosen, typed]);
          setTyped("");
        }}
        renderInput={(params) => <TextField {...params} error={faults.errors.length > 0} placeholder={chosen.length === 0 && !readonly ? t.doc.pickFiles : ""} slotProps={{ htmlInput: { ...params.inputProps, "aria-label": title, "aria-describedby": describedBy(id) } }} />}
      />
    </FieldFrame>
  );
}
