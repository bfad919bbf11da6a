/** The workspace before anything is chosen. */
import ArrowIcon from "@mui/icons-material/AccountTreeOutlined";
import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import CardActionArea from "@mui/material/CardActionArea";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { Link } from "react-router";
import { useProjects } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Owed } from "../../components/Owed";
import { PageTitle } from "../../components/PageTitle";
import { ago, folderName } from "../../lib/format";
import { owedIn } from "../../lib/owed";
import { t } from "../../lib/texts";

export function Welcome() {
  const projects = useProjects();
  if (!projects.data?.length) return <Empty icon={<ArrowIcon />} title={t.tree.pick} hint={t.tree.pickHint} />;
  return (
    <Box>
      <PageTitle title={t.tree.title} lead={t.tree.pickHint} />
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fill, minmax(260px, 1fr))" }}>
        {projects.data.map((p) => (
          <Card key={p.project_id} variant="outlined">
            <CardActionArea component={Link} to={`/workspace/projects/${p.project_id}/describe`} sx={{ p: 2, height: "100%" }} data-testid="project-card">
              <Stack direction="row" justifyContent="space-between" spacing={1}>
                <Typography variant="h3" component="h2">{p.title ?? folderName(p.path)}</Typography>
                <Owed complete={p.complete && owedIn(p) === 0} valid={p.valid} missing={owedIn(p)} below />
              </Stack>
              <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{p.path}</Typography>
              <Typography variant="body2" sx={{ mt: 1.5 }}>{t.tree.datasets(p.datasets)}{p.modified ? ` · ${ago(p.modified)}` : ""}</Typography>
            </CardActionArea>
          </Card>
        ))}
      </Box>
    </Box>
  );
}
