/** One of the roles a person can have. */
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { t } from "../../lib/texts";
import { ROLES } from "./people";

export function RoleChoice({ value, onChange }: { value: string; onChange: (role: string) => void }) {
  return (
    <TextField select label={t.admin.role} value={value} onChange={(e) => onChange(e.target.value)}>
      {ROLES.map((r) => <MenuItem key={r} value={r}>{t.admin.roles[r]}</MenuItem>)}
    </TextField>
  );
}
