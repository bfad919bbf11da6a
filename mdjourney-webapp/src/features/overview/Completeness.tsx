/** A bar for each project: how many of its datasets are at V0, V1 and V2. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { DatasetRow, ProjectRow } from "../../api/catalogue";
import type { Project } from "../../api/types";
import { TextLink } from "../../components/TextLink";
import { owedIn } from "../../lib/owed";
import { t } from "../../lib/texts";
import { byProject } from "./shapes";

const COLORS = ["text.disabled", "info.main", "success.main"];

export function Completeness({ projects, datasets, here }: { projects: ProjectRow[]; datasets: DatasetRow[]; here: Project[] }) {
  const counts = byProject(datasets);
  const owed = new Map(here.map((p) => [p.project_id, owedIn(p)]));
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1.75 }} data-testid="completeness">
      {projects.map((p) => {
        const row = counts.get(p.project_id) ?? [0, 0, 0];
        const all = row[0] + row[1] + row[2];
        const text = all === 0 ? t.overview.noDatasets : t.overview.states(...row);
        return (
          <li key={p.project_id}>
            <Box sx={{ display: "flex", justifyContent: "space-between", gap: 2, alignItems: "baseline", fontSize: 14 }}>
              <TextLink strong to={`/catalogue/projects/${p.project_id}`}>{p.name ?? p.project_id}</TextLink>
              <Owed owed={owed.get(p.project_id)} id={p.project_id} />
            </Box>
            <Box role="img" aria-label={text} sx={{ display: "flex", gap: "2px", height: 10, borderRadius: 5, overflow: "hidden", bgcolor: "action.hover", my: 0.5 }}>
              {[2, 1, 0].map((state) => {
                const n = row[state as 0 | 1 | 2];
                return n > 0 && <Box key={state} sx={{ flex: n, bgcolor: COLORS[state] }} />;
              })}
            </Box>
            <Typography variant="caption" color="text.secondary" aria-hidden>{text}</Typography>
          </li>
        );
      })}
    </Box>
  );
}

function Owed({ owed, id }: { owed: number | undefined; id: string }) {
  if (owed === undefined) return null;
  if (owed === 0) return <Typography variant="body2" color="success.main">{t.overview.nothingOwed}</Typography>;
  return <Box component="span" sx={{ flexShrink: 0 }}><TextLink to={`/workspace/projects/${id}/describe`}>{t.overview.owed(owed)}</TextLink></Box>;
}
