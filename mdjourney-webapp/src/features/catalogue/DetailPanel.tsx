/** One project or trial of the catalogue: its columns, tags and metadata. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { get } from "../../api/client";
import type { CatalogueProject, CatalogueTrial, Content, Page } from "../../api/types";
import { Failure } from "../../components/Failure";
import { JsonTree } from "../../components/JsonTree";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { Trials } from "./CataloguePanel";
import { edgeTarget, list, metadataOf, tagsOf, titleOf, trialName } from "./rows";

const one = <T,>(path: string) => ({ queryKey: ["catalogue", path], queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(`/api/catalog/v1${path}`, signal) });

export function TrialDetail({ id }: { id: string }) {
  const trial = useQuery(one<CatalogueTrial>(`/trials/${id}`));
  if (trial.isPending) return <Lines />;
  if (trial.error) return <Failure error={trial.error} onRetry={() => void trial.refetch()} />;
  const row = trial.data;
  const clean = row.clean_exit;
  return (
    <Frame row={row} title={trialName(row)} lead={`${t.catalogue.born} ${when(row.birth_timestamp)}${row.death_timestamp ? ` · ${t.catalogue.died} ${when(row.death_timestamp)}` : ""}`}
      badges={row.death_timestamp ? typeof clean === "boolean" && <Chip label={clean ? t.catalogue.clean : t.catalogue.unclean} color={clean ? "success" : "warning"} variant="outlined" /> : <Chip label={t.catalogue.running} color="info" variant="outlined" />}>
      <Typography variant="body2" component="p" sx={{ mb: 2 }}>
        {row.project_id && <>{t.catalogue.project}: <Link to={`/catalogue/projects/${row.project_id}`} style={{ color: "inherit" }}>{plain(row.project_name) || row.project_id}</Link></>}
        {list(row.datasets).map((d) => <span key={plain(d.dataset_id)}> · {t.tree.dataset}: {plain(d.title) || plain(d.rel_path)}</span>)}
      </Typography>
      <Links edges={list(row.edges)} />
    </Frame>
  );
}

export function ProjectDetail({ id }: { id: string }) {
  const project = useQuery(one<CatalogueProject>(`/projects/${id}`));
  const trials = useQuery(one<Page<CatalogueTrial>>(`/trials?project_id=${encodeURIComponent(id)}`));
  if (project.isPending) return <Lines />;
  if (project.error) return <Failure error={project.error} onRetry={() => void project.refetch()} />;
  const own = trials.data?.items.filter((row) => row.project_id === undefined || row.project_id === id) ?? [];
  return (
    <Frame row={project.data} title={titleOf(project.data)}>
      {own.length > 0 && <Paper variant="outlined" sx={{ mb: 2 }}><Trials items={own} /></Paper>}
    </Frame>
  );
}

/** What a trial links to: other trials, projects and tags. */
function Links({ edges }: { edges: Content[] }) {
  const targets = edges.map(edgeTarget).filter((e) => e !== null);
  if (targets.length === 0) return null;
  return (
    <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap" alignItems="center" sx={{ mb: 2 }}>
      <Typography variant="body2" color="text.secondary">{t.catalogue.links}</Typography>
      {targets.map(({ kind, id, to }) => <Chip key={kind + id} label={kind === "tag" ? `#${id}` : `${kind} ${id}`} component={Link} to={to} clickable variant="outlined" />)}
    </Stack>
  );
}

function Frame({ row, title, lead, badges, children }: { row: Content; title: string; lead?: string; badges?: React.ReactNode; children?: React.ReactNode }) {
  const tags = tagsOf(row);
  return (
    <Box sx={{ maxWidth: 980, mx: "auto", width: "100%" }} data-testid="catalogue-detail">
      <PageTitle title={title} lead={lead} badges={badges} over={<Link to="/catalogue" style={{ color: "inherit" }}>← {t.catalogue.title}</Link>} />
      {tags.length > 0 && <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap" sx={{ mb: 2 }} aria-label={t.catalogue.tags}>{tags.map((tag) => <Chip key={tag} label={`#${tag.replace(/^#/, "")}`} component={Link} to={`/catalogue?q=${encodeURIComponent(`#${tag.replace(/^#/, "")}`)}`} clickable />)}</Stack>}
      {children}
      <Paper variant="outlined" sx={{ p: 3 }} component="section" aria-labelledby="metadata">
        <Typography id="metadata" variant="h2" sx={{ mb: 1.5 }}>{t.catalogue.metadata}</Typography>
        <JsonTree value={metadataOf(row)} />
      </Paper>
    </Box>
  );
}
