/** The people of a project on its page: their roles, and for those who administer it who changed them. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { Project } from "../../api/catalogue";
import { useMe } from "../../api/queries";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";
import { administers, Members } from "./Members";
import { TrailSheet } from "./TrailSheet";

export function ProjectRoles({ project }: { project: Project }) {
  const me = useMe().data?.user;
  const [open, setOpen] = useState(false);
  const may = administers(me, project.roles);
  return (
    <Panel title={t.roles.who} hint={may ? undefined : t.roles.notYours} testId="project-roles" actions={may && <Button size="small" onClick={() => setOpen(true)} data-testid="roles-change">{t.roles.change}</Button>}>
      <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap">{project.roles.map((r) => <Chip key={r.domain + r.user_id} variant="outlined" label={`${r.name ?? r.user_id} · ${t.roles.names[r.role] ?? r.role}`} />)}</Stack>
      {project.roles.length === 0 && <Typography variant="body2" color="text.secondary">{t.roles.none}</Typography>}
      <Dialog open={open} onClose={() => setOpen(false)} fullWidth maxWidth="md" aria-labelledby="roles-title">
        <DialogTitle id="roles-title">{t.roles.of(project.name ?? project.project_id)}</DialogTitle>
        <DialogContent>
          <Stack spacing={3} sx={{ pt: 0.5 }}>
            <Members id={project.project_id} />
            <section aria-labelledby="trail-title">
              <Typography id="trail-title" variant="h2" sx={{ mb: 1 }}>{t.roles.trail}</Typography>
              <TrailSheet projectId={project.project_id} />
            </section>
          </Stack>
        </DialogContent>
        <DialogActions><Button onClick={() => setOpen(false)}>{t.app.close}</Button></DialogActions>
      </Dialog>
    </Panel>
  );
}
