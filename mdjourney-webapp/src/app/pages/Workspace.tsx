/** The tree on the left, what was chosen on the right. */
import TreeIcon from "@mui/icons-material/AccountTreeOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import { Suspense } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useMatch, useParams } from "react-router";
import type { Run } from "../../api/types";
import { ProjectTree } from "../../features/tree/ProjectTree";
import { Fold } from "../../components/Fold";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";

/** The project or dataset the screen is about; for a run, the dataset it belongs to. */
function useChosen(): string | undefined {
  const { projectId, datasetId, runId } = useParams();
  const run = useQuery<Run>({ queryKey: ["run", runId], enabled: false });
  return projectId ?? datasetId ?? (runId ? run.data?.dataset_id : undefined);
}

export function Workspace() {
  const chosen = useChosen();
  const { pathname } = useLocation();
  const front = useMatch("/workspace") !== null;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "290px minmax(0, 1fr)" }, gap: { xs: 2, md: 3 }, alignItems: "start", "@media print": { display: "block" } }}>
      <Box component="nav" aria-label={t.tree.title} sx={{ position: { md: "sticky" }, top: 76, "@media print": { display: "none" } }}>
        <Fold about={pathname} label={t.tree.label} icon={<TreeIcon />} start={front} testId="tree-open">
          <Paper variant="outlined" sx={{ p: 1, maxHeight: { xs: 320, md: "calc(100dvh - 100px)" }, overflow: "auto" }}>
            <ProjectTree chosen={chosen} />
            <Button component={Link} to="/workspace/instruments" size="small" color="inherit" sx={{ color: "text.secondary", mt: 1 }} data-testid="nav-instruments">{t.instruments.title}</Button>
          </Paper>
        </Fold>
      </Box>
      <Box sx={{ minWidth: 0, maxWidth: 1180 }}>
        <Suspense fallback={<Lines n={6} />}><Outlet /></Suspense>
      </Box>
    </Box>
  );
}
