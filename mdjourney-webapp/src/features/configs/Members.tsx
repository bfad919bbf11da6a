/** The people who may use a config, added and removed without writing YAML. */
import Chip from "@mui/material/Chip";
import MenuItem from "@mui/material/MenuItem";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { getAll } from "../../api/queries";
import type { User } from "../../api/types";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";
import { withMembers } from "./memberText";

/** `members`: null while the text cannot be read. */
export function Members({ yaml, members, onYaml }: { yaml: string; members: string[] | null; onYaml: (yaml: string) => void }) {
  const people = useQuery({ queryKey: ["users"], retry: false, queryFn: ({ signal }) => getAll<User>("/api/users", signal) });
  const others = (people.data ?? []).filter((u) => !members?.includes(u.user_id));
  return (
    <Panel title={t.configs.members} hint={t.configs.membersHint}>
      <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap" alignItems="center">
        {(members ?? []).map((m) => <Chip key={m} label={m} onDelete={() => onYaml(withMembers(yaml, (members ?? []).filter((x) => x !== m)))} title={t.configs.removeMember(m)} data-testid="config-member" />)}
        <TextField select label={t.configs.addMember} value="" disabled={members === null || others.length === 0} onChange={(e) => onYaml(withMembers(yaml, [...(members ?? []), e.target.value]))} sx={{ maxWidth: 220 }}>
          {others.map((u) => <MenuItem key={u.user_id} value={u.user_id}>{u.name ?? u.user_id}</MenuItem>)}
        </TextField>
      </Stack>
    </Panel>
  );
}
