/** Role and description of one file. */
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { patch } from "../../api/client";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";

export function DescribeOne({ datasetId, path, role: before, description }: { datasetId: string; path: string; role: string; description: string }) {
  const [role, setRole] = useState(before);
  const [text, setText] = useState(description);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => patch<unknown>(`/api/v1/datasets/${datasetId}/files`, { files: [{ file_path: path, role: role || null, file_description: text.trim() || null }] }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["files", datasetId] }),
  });
  const changed = role !== before || text.trim() !== description;
  return (
    <Stack component="form" spacing={1} onSubmit={(e) => { e.preventDefault(); save.mutate(); }}>
      <TextField select label={t.files.role} value={role} onChange={(e) => setRole(e.target.value)} slotProps={{ select: { native: true }, inputLabel: { shrink: true }, htmlInput: { "data-testid": "one-role" } }}>
        <option value="">{t.files.describe.clear}</option>
        {Object.entries(t.files.describe.roles).map(([value, name]) => <option key={value} value={value}>{name}</option>)}
      </TextField>
      <TextField label={t.files.describe.description} value={text} onChange={(e) => setText(e.target.value)} multiline maxRows={6} slotProps={{ htmlInput: { "data-testid": "one-description" } }} />
      {changed && <Button type="submit" variant="contained" size="small" disabled={save.isPending} sx={{ alignSelf: "flex-start" }} data-testid="one-save">{t.files.describe.save}</Button>}
      <Failure error={save.error} />
    </Stack>
  );
}
