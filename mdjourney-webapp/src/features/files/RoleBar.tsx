/** Sets the role of the chosen files at once. */
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { patch } from "../../api/client";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";

const ROLES = ["raw", "processed", "documentation", "code", "other"];

export function RoleBar({ datasetId, paths, onDone }: { datasetId: string; paths: string[]; onDone: () => void }) {
  const [role, setRole] = useState("raw");
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: () => patch<{ updated: number }>(`/api/v1/datasets/${datasetId}/files`, { files: paths.map((file_path) => ({ file_path, role })) }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["files", datasetId] });
      onDone();
    },
  });
  return (
    <Paper variant="outlined" sx={{ p: 1.5, display: "flex", gap: 1.5, alignItems: "center", flexWrap: "wrap" }} role="region" aria-label={t.files.setRole}>
      <Typography sx={{ fontWeight: 600 }}>{t.files.selected(paths.length)}</Typography>
      <TextField select label={t.files.role} value={role} onChange={(e) => setRole(e.target.value)} sx={{ width: 180 }}>
        {ROLES.map((r) => <MenuItem key={r} value={r}>{r}</MenuItem>)}
      </TextField>
      <Button variant="contained" disabled={set.isPending} onClick={() => set.mutate()} data-testid="set-role">{t.files.setRole}</Button>
      <Button onClick={onDone}>{t.app.cancel}</Button>
      <Failure error={set.error} />
    </Paper>
  );
}
