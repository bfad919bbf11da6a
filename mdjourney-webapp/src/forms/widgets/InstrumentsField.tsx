/** Links to instruments, chosen by name. */
import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import type { FieldProps } from "@rjsf/utils";
import { useInstruments } from "../../api/queries";
import { t } from "../../lib/texts";
import { FieldFrame } from "../templates/FieldFrame";
import { describedBy } from "./described";

export function InstrumentsField({ fieldPathId, formData, schema, onChange, readonly, disabled, required, name }: FieldProps) {
  const known = useInstruments();
  const id = fieldPathId.$id;
  const chosen = Array.isArray(formData) ? formData.map(String) : [];
  const names = new Map((known.data ?? []).map((i) => [i.instrument_id ?? "", [i.name ?? i.slug, i.model].filter(Boolean).join(" · ")]));
  const title = schema.title ?? name;
  return (
    <FieldFrame id={id} label={title} description={schema.description} required={required} filled={chosen.length > 0}>
      <Autocomplete
        id={id}
        multiple
        size="small"
        options={[...names.keys()]}
        value={chosen}
        readOnly={readonly}
        disabled={disabled}
        getOptionLabel={(option) => names.get(option) ?? option}
        noOptionsText={t.instruments.empty}
        onChange={(_, next) => onChange(next.length === 0 ? undefined : next, fieldPathId.path)}
        renderInput={(params) => <TextField {...params} placeholder={chosen.length === 0 ? t.instruments.pick : ""} slotProps={{ htmlInput: { ...params.inputProps, "aria-label": title, "aria-describedby": describedBy(id) } }} />}
      />
    </FieldFrame>
  );
}
