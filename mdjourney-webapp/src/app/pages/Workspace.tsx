/** The tree on the left, what was chosen on the right. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import { Suspense } from "react";
import { Link, Outlet } from "react-router";
import { ProjectTree } from "../../features/tree/ProjectTree";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";

export function Workspace() {
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", md: "290px minmax(0, 1fr)" }, gap: { xs: 2, md: 3 }, alignItems: "start", "@media print": { display: "block" } }}>
      <Paper variant="outlined" component="nav" aria-label={t.tree.title} sx={{ p: 1, position: { md: "sticky" }, top: 76, maxHeight: { xs: 260, md: "calc(100dvh - 100px)" }, overflow: "auto", "@media print": { display: "none" } }}>
        <ProjectTree />
        <Button component={Link} to="/workspace/instruments" size="small" color="inherit" sx={{ color: "text.secondary", mt: 1 }} data-testid="nav-instruments">{t.instruments.title}</Button>
      </Paper>
      <Box sx={{ minWidth: 0, maxWidth: 1180 }}>
        <Suspense fallback={<Lines n={6} />}><Outlet /></Suspense>
      </Box>
    </Box>
  );
}
