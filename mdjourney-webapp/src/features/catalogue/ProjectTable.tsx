/** The lab's projects, newest first. */
import Box from "@mui/material/Box";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { listOf, screenFor, type ProjectRow } from "../../api/catalogue";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { ago } from "../../lib/format";
import { t } from "../../lib/texts";

export function ProjectTable() {
  const projects = useQuery(listOf<ProjectRow>("/projects?limit=12"));
  if (projects.isPending) return <Lines n={3} />;
  if (!projects.data?.items.length) return null;
  return (
    <Box component="section" aria-label={t.catalogue.projects}>
      <Typography variant="h2" sx={{ mb: 1 }}>{t.catalogue.projects}</Typography>
      <Sheet label={t.catalogue.projects} head={[t.catalogue.title_, t.catalogue.lead_, t.catalogue.status, t.catalogue.datasets, t.catalogue.trials, t.catalogue.last]} testId="catalogue-projects">
        {projects.data.items.map((p) => (
          <TableRow key={p.project_id} hover>
            <TableCell sx={{ minWidth: 180 }}><TextLink strong to={screenFor("project", p.project_id)}>{p.name ?? p.project_id}</TextLink></TableCell>
            <TableCell>{p.principal_investigator}</TableCell>
            <TableCell>{p.project_status}</TableCell>
            <TableCell>{p.datasets}</TableCell>
            <TableCell>{p.trials}</TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{ago(p.last_birth)}</TableCell>
          </TableRow>
        ))}
      </Sheet>
      {projects.data.next_cursor && <Box sx={{ mt: 1, fontSize: 14 }}><TextLink to="/catalogue?kind=project">{t.catalogue.allProjects}</TextLink></Box>}
    </Box>
  );
}
