/** Gives a person a role: chosen from the accounts by lab admins, named by others, who cannot list accounts. */
import Autocomplete from "@mui/material/Autocomplete";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asked, CATALOGUE, type Person } from "../../api/catalogue";
import { getAll } from "../../api/queries";
import type { User } from "../../api/types";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";

interface Props {
  /** Whether all accounts may be listed. */
  accounts: boolean;
  busy: boolean;
  onGive: (user: string, role: string) => void;
}

/** People to choose from: user names, and names to show. */
function usePeople(accounts: boolean): Map<string, string> {
  const users = useQuery({ queryKey: ["users"], enabled: accounts, queryFn: ({ signal }) => getAll<User>("/api/users", signal) });
  const known = useQuery({ queryKey: ["catalogue", "people"], enabled: !accounts, queryFn: ({ signal }) => getAll<Person>(`${CATALOGUE}/people?${asked({ limit: 500 })}`, signal) });
  const people = accounts ? (users.data ?? []).filter((u) => !u.disabled) : (known.data ?? []).filter((p) => p.domain === "local");
  return new Map(people.map((p) => [p.user_id, p.name ? `${p.name} (${p.user_id})` : p.user_id]));
}

export function Give({ accounts, busy, onGive }: Props) {
  const people = usePeople(accounts);
  const [user, setUser] = useState("");
  const [role, setRole] = useState("operator");
  const name = user.trim();
  return (
    <Panel title={t.roles.give}>
      <Stack spacing={2} component="form" onSubmit={(e) => { e.preventDefault(); onGive(name, role); }}>
        <Autocomplete freeSolo autoSelect size="small" options={[...people.keys()]} getOptionLabel={(id) => id} renderOption={({ key, ...props }, id) => <li key={key} {...props}>{people.get(id)}</li>} inputValue={user} onInputChange={(_, typed) => setUser(typed)}
          renderInput={(params) => <TextField {...params} label={t.roles.person} helperText={people.get(name) ?? t.roles.personHint} slotProps={{ htmlInput: { ...params.inputProps, "data-testid": "role-person" } }} />} />
        <TextField select label={t.admin.role} value={role} onChange={(e) => setRole(e.target.value)} slotProps={{ select: { native: true } }}>
          {Object.entries(t.roles.names).map(([id, title]) => <option key={id} value={id}>{title}</option>)}
        </TextField>
        <Button type="submit" variant="contained" disabled={busy || name === ""} data-testid="role-give">{t.roles.give}</Button>
      </Stack>
    </Panel>
  );
}
