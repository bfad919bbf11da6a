/** Sets role and description of all selected files at once. */
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { patch } from "../../api/client";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";
import { has, sizeOf, type Selection } from "./selection";
import { FACETS, type Filter } from "./shapes";

interface Props {
  datasetId: string;
  filter: Filter;
  selection: Selection;
  total: number;
  onNone: () => void;
}

/** What the API is asked for: files by name, or all that match but some. */
export function request(selection: Selection, filter: Filter, answers: Record<string, string | null>): unknown {
  if (!selection.all) return { files: [...selection.paths].filter((path) => has(selection, path)).map((file_path) => ({ file_path, ...answers })) };
  const where = Object.fromEntries([["q", filter.q], ...FACETS.map((facet) => [facet, filter[facet]])]) as unknown;
  return { where, except: [...selection.paths], set: answers };
}

export function DescribeBar({ datasetId, filter, selection, total, onNone }: Props) {
  const [role, setRole] = useState("keep");
  const [text, setText] = useState("");
  const queries = useQueryClient();
  const answers = { ...(role === "keep" ? {} : { role: role || null }), ...(text.trim() ? { file_description: text.trim() } : {}) };
  const set = useMutation({
    mutationFn: () => patch<{ updated: number }>(`/api/v1/datasets/${datasetId}/files`, request(selection, filter, answers)),
    onSuccess: () => {
      setText("");
      void queries.invalidateQueries({ queryKey: ["files", datasetId] });
    },
  });
  const save = (event: React.FormEvent) => {
    event.preventDefault();
    set.mutate();
  };
  return (
    <Paper variant="outlined" component="form" onSubmit={save} aria-label={t.files.describe.title} sx={{ p: 1.5, display: "flex", gap: 1.5, alignItems: "center", flexWrap: "wrap" }} data-testid="describe-bar">
      <Typography sx={{ fontWeight: 600 }} role="status" data-testid="selected-count">{t.files.selected(sizeOf(selection, total))}</Typography>
      <TextField select label={t.files.describe.role} value={role} onChange={(e) => setRole(e.target.value)} sx={{ width: 170 }} slotProps={{ select: { native: true }, htmlInput: { "data-testid": "set-role-value" } }}>
        <option value="keep">{t.files.describe.keep}</option>
        {Object.entries(t.files.describe.roles).map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        <option value="">{t.files.describe.clear}</option>
      </TextField>
      <TextField label={t.files.describe.description} value={text} onChange={(e) => setText(e.target.value)} sx={{ width: 300, flex: 1, minWidth: 200 }} slotProps={{ htmlInput: { title: t.files.describe.descriptionHint, maxLength: 5000, "data-testid": "set-description" } }} />
      <Button type="submit" variant="contained" disabled={set.isPending || Object.keys(answers).length === 0} data-testid="set-role">{t.files.describe.save}</Button>
      <Button onClick={onNone}>{t.files.describe.unselect}</Button>
      {set.data && !set.isPending && <Typography role="status" color="success.main" sx={{ fontWeight: 600 }} data-testid="described">{t.files.describe.saved(set.data.updated)}</Typography>}
      <Failure error={set.error} />
    </Paper>
  );
}
