/** Who may do what in each project, for lab admins. */
import GroupIcon from "@mui/icons-material/GroupOutlined";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listOf, type ProjectRow } from "../../api/catalogue";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";
import { Members } from "./Members";

export function RolesTab() {
  const projects = useQuery(listOf<ProjectRow>("/projects?limit=500"));
  const [picked, setPicked] = useState("");
  if (projects.isPending) return <Lines />;
  if (!projects.data) return <Failure error={projects.error} onRetry={() => void projects.refetch()} />;
  const first = projects.data.items[0];
  if (!first) return <Empty icon={<GroupIcon />} title={t.roles.noProjects} hint={t.roles.noProjectsHint} />;
  const id = picked || first.project_id;
  return (
    <Stack spacing={2.5}>
      <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 640 }}>{t.roles.lead}</Typography>
      <TextField select label={t.admin.project} value={id} onChange={(e) => setPicked(e.target.value)} slotProps={{ select: { native: true }, htmlInput: { "data-testid": "roles-project" } }} sx={{ maxWidth: 420 }}>
        {projects.data.items.map((p) => <option key={p.project_id} value={p.project_id}>{p.name ?? p.project_id}</option>)}
      </TextField>
      <Members key={id} id={id} />
    </Stack>
  );
}
