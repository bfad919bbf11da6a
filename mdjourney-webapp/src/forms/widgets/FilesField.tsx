/** Files of the dataset chosen by path; an address elsewhere may be typed as well. */
import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { FieldProps } from "@rjsf/utils";
import { useDeferredValue, useState } from "react";
import { get } from "../../api/client";
import type { FileEntry, Page } from "../../api/types";
import { useFaults, useValue } from "../context";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";
import { describedBy } from "./described";

function useOffered(datasetId: string, typed: string): string[] {
  const q = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["files", datasetId, "offered", q],
    enabled: datasetId !== "",
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await get<Page<FileEntry>>(`/api/v1/datasets/${datasetId}/files?limit=50&status=present&q=${encodeURIComponent(q)}`, signal)).items.map((f) => f.file_path),
  });
  return found.data ?? [];
}

export function FilesField({ fieldPathId, formData, schema, onChange, readonly, disabled, required, name }: FieldProps) {
  const id = fieldPathId.$id;
  const faults = useFaults(id);
  const dataset = useValue("dataset_identifier_link");
  const [typed, setTyped] = useState("");
  const offered = useOffered(typeof dataset === "string" ? dataset : "", typed);
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
