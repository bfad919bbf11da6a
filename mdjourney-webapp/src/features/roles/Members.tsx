/** The roles of one project; whoever administers it gives and takes them. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, asked, CATALOGUE, type Project } from "../../api/catalogue";
import { request } from "../../api/client";
import { useMe } from "../../api/queries";
import { Ask } from "../../components/Ask";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { t } from "../../lib/texts";
import { Give } from "./Give";

type Member = Project["roles"][number];

/** Whether whoever is signed in may change the roles of a project. */
export function administers(me: { user_id: string; domain: string; role: string } | undefined, roles: Member[]): boolean {
  if (!me || me.role === "reader") return false;
  return me.role === "admin" || roles.some((r) => r.role === "admin" && r.user_id === me.user_id && r.domain === me.domain);
}

export function Members({ id }: { id: string }) {
  const question = ask<Project>(`/projects/${encodeURIComponent(id)}`);
  const project = useQuery(question);
  const me = useMe().data?.user;
  const queries = useQueryClient();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const set = useMutation({
    mutationFn: ({ user, domain, role }: { user: string; domain: string; role: string | null }) => request(`${CATALOGUE}/projects/${encodeURIComponent(id)}/roles/${encodeURIComponent(user)}?${asked({ domain })}`, { method: "PUT", json: { role } }),
    onSettled: () => {
      setLeaving(null);
      void queries.invalidateQueries({ queryKey: question.queryKey });
      void queries.invalidateQueries({ queryKey: ["catalogue", "trail"] });
    },
  });
  if (project.isPending) return <Lines />;
  if (!project.data) return <Failure error={project.error} />;
  const roles = project.data.roles;
  const may = administers(me, roles);
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: may ? "minmax(0, 1fr) 320px" : "minmax(0, 1fr)" }, alignItems: "start" }}>
      <Stack spacing={2}>
        <Failure error={set.error} />
        {roles.length === 0 ? <Typography color="text.secondary">{t.roles.none}</Typography> : (
          <Sheet label={t.roles.title} head={[t.roles.person, t.admin.role, ...(may ? [""] : [])]} actions={t.admin.actions} testId="roles">
            {roles.map((m) => (
              <TableRow key={m.domain + m.user_id} hover>
                <TableCell sx={{ fontWeight: 600 }}>{m.name ?? m.user_id} <Typography component="span" variant="body2" color="text.secondary">{m.domain !== "local" && m.domain}</Typography></TableCell>
                <TableCell>{t.roles.names[m.role] ?? m.role}</TableCell>
                {may && <TableCell align="right"><Button size="small" color="error" onClick={() => setLeaving(m)} aria-label={t.roles.takeAway(m.user_id)}>{t.admin.remove}</Button></TableCell>}
              </TableRow>
            ))}
          </Sheet>
        )}
      </Stack>
      {may && <Give accounts={me?.role === "admin"} onGive={(user, role) => set.mutate({ user, domain: "local", role })} busy={set.isPending} />}
      <Ask open={leaving !== null} text={leaving ? t.roles.takeAsk(leaving.name ?? leaving.user_id) : ""} action={t.admin.remove} onNo={() => setLeaving(null)} onYes={() => leaving && set.mutate({ user: leaving.user_id, domain: leaving.domain, role: null })} />
    </Box>
  );
}
