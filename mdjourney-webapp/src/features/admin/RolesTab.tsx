/** Who may do what in a project. */
import GroupIcon from "@mui/icons-material/GroupOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, asked, CATALOGUE, listOf, type Project, type ProjectRow } from "../../api/catalogue";
import { request } from "../../api/client";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { Sheet } from "../../components/Sheet";
import { t } from "../../lib/texts";
import { usePeople } from "./people";

export function RolesTab() {
  const projects = useQuery(listOf<ProjectRow>("/projects?limit=500"));
  const [picked, setPicked] = useState("");
  if (projects.isPending) return <Lines />;
  if (!projects.data) return <Failure error={projects.error} onRetry={() => void projects.refetch()} />;
  const first = projects.data.items[0];
  if (!first) return <Empty icon={<GroupIcon />} title={t.admin.noProjects} hint={t.admin.noProjectsHint} />;
  const id = picked || first.project_id;
  return (
    <Stack spacing={2.5}>
      <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 640 }}>{t.admin.rolesLead}</Typography>
      <TextField select label={t.admin.project} value={id} onChange={(e) => setPicked(e.target.value)} slotProps={{ select: { native: true }, htmlInput: { "data-testid": "roles-project" } }} sx={{ maxWidth: 420 }}>
        {projects.data.items.map((p) => <option key={p.project_id} value={p.project_id}>{p.name ?? p.project_id}</option>)}
      </TextField>
      <Members key={id} id={id} />
    </Stack>
  );
}

function Members({ id }: { id: string }) {
  const question = ask<Project>(`/projects/${encodeURIComponent(id)}`);
  const project = useQuery(question);
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: ({ user, domain, role }: { user: string; domain: string; role: string | null }) => request(`${CATALOGUE}/projects/${id}/roles/${encodeURIComponent(user)}?${asked({ domain })}`, { method: "PUT", json: { role } }),
    onSettled: () => void queries.invalidateQueries({ queryKey: question.queryKey }),
  });
  if (project.isPending) return <Lines />;
  if (!project.data) return <Failure error={project.error} />;
  const roles = project.data.roles;
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 320px" }, alignItems: "start" }}>
      <Stack spacing={2}>
        <Failure error={set.error} />
        {roles.length === 0 ? <Typography color="text.secondary">{t.admin.noRoles}</Typography> : (
          <Sheet label={t.admin.tabs.roles} head={[t.admin.person, t.admin.role, ""]} actions={t.admin.actions} testId="admin-roles">
            {roles.map((m) => (
              <TableRow key={m.domain + m.user_id} hover>
                <TableCell sx={{ fontWeight: 600 }}>{m.name ?? m.user_id} <Typography component="span" variant="body2" color="text.secondary">{m.domain !== "local" && m.domain}</Typography></TableCell>
                <TableCell>{t.admin.projectRoles[m.role] ?? m.role}</TableCell>
                <TableCell align="right"><Button size="small" color="error" onClick={() => set.mutate({ user: m.user_id, domain: m.domain, role: null })} aria-label={t.admin.takeAway(m.user_id)}>{t.admin.remove}</Button></TableCell>
              </TableRow>
            ))}
          </Sheet>
        )}
      </Stack>
      <Give onGive={(user, role) => set.mutate({ user, domain: "local", role })} busy={set.isPending} />
    </Box>
  );
}

function Give({ onGive, busy }: { onGive: (user: string, role: string) => void; busy: boolean }) {
  const people = usePeople();
  const [user, setUser] = useState("");
  const [role, setRole] = useState("operator");
  return (
    <Panel title={t.admin.give}>
      <Stack spacing={2}>
        <TextField select label={t.admin.person} value={user} onChange={(e) => setUser(e.target.value)} slotProps={{ select: { native: true }, inputLabel: { shrink: true }, htmlInput: { "data-testid": "role-person" } }}>
          <option value="">{t.admin.choosePerson}</option>
          {(people.data ?? []).map((u) => <option key={u.user_id} value={u.user_id}>{u.name ? `${u.name} (${u.user_id})` : u.user_id}</option>)}
        </TextField>
        <TextField select label={t.admin.role} value={role} onChange={(e) => setRole(e.target.value)} slotProps={{ select: { native: true } }}>
          {Object.entries(t.admin.projectRoles).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </TextField>
        <Button variant="contained" disabled={busy || !user} onClick={() => onGive(user, role)} data-testid="role-give">{t.admin.give}</Button>
      </Stack>
    </Panel>
  );
}
