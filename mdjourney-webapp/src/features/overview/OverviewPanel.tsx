/** The lab at a glance: how complete, how busy, what needs a look. */
import InsightsIcon from "@mui/icons-material/Insights";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ask, once, type DatasetRow, type Hit, type ProjectRow, type Save, type TagRow } from "../../api/catalogue";
import type { Page, Project } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { Panel } from "../../components/Panel";
import { TextLink } from "../../components/TextLink";
import { TrialStatus } from "../../components/TrialStatus";
import { ago } from "../../lib/format";
import { t } from "../../lib/texts";
import { Completeness } from "./Completeness";
import { found, perWeek, recentQuery, staleQuery } from "./shapes";
import { Weeks } from "./Weeks";

const ACTIVE = 5;

/** `here`: the projects of the session at hand, which say how many answers they owe. */
export default function OverviewPanel({ here }: { here: Project[] }) {
  const projects = useQuery(ask<Page<ProjectRow>>("/projects?limit=100"));
  const datasets = useQuery(ask<Page<DatasetRow>>("/datasets?limit=500"));
  const recent = useQuery(found(recentQuery(), 500));
  const unclean = useQuery(found("status:unclean", 5));
  const stale = useQuery(found(staleQuery(), 5));
  const tags = useQuery(ask<Page<TagRow>>("/tags?limit=20"));
  if (projects.isPending || datasets.isPending) return <Lines n={8} />;
  if (!projects.data || !datasets.data) return <Failure error={projects.error ?? datasets.error} title={t.catalogue.unavailable} onRetry={() => { void projects.refetch(); void datasets.refetch(); }} />;
  const rows = projects.data.items;
  if (rows.length === 0) return <Empty icon={<InsightsIcon />} title={t.overview.empty} hint={t.overview.emptyHint}><Button variant="contained" component={Link} to="/start">{t.app.goStart}</Button></Empty>;
  const sum = (pick: (p: ProjectRow) => number) => rows.reduce((all, p) => all + pick(p), 0);
  const whole = datasets.data.items.filter((d) => (d.state ?? 0) >= 2).length;
  return (
    <Box sx={{ maxWidth: 1280, mx: "auto", width: "100%" }} data-testid="overview">
      <PageTitle title={t.overview.title} lead={t.overview.lead} />
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(160px, 1fr))", mb: 2.5 }}>
        <Figure n={rows.length} text={t.overview.numbers.projects} to="/catalogue?kind=project" />
        <Figure n={sum((p) => p.datasets)} text={t.overview.numbers.datasets} to="/catalogue?kind=dataset" />
        <Figure n={whole} text={t.overview.numbers.complete} tone="success.main" />
        <Figure n={sum((p) => p.trials)} text={t.overview.numbers.trials} to="/catalogue?kind=trial" />
        <Figure n={sum((p) => p.alive)} text={t.overview.numbers.alive} to="/catalogue?kind=trial&q=status%3Aalive" tone="info.main" />
        <Figure n={unclean.data?.total ?? unclean.data?.items.length ?? 0} text={t.overview.numbers.unclean} to="/catalogue?kind=trial&q=status%3Aunclean" tone="warning.main" />
      </Box>
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 3fr) minmax(0, 2fr)" }, alignItems: "start" }}>
        <Stack spacing={2.5}>
          <Panel title={t.overview.completeness} hint={t.overview.completenessHint}><Completeness projects={rows} datasets={datasets.data.items} here={here} /></Panel>
          <Panel title={t.overview.perWeek} hint={t.overview.perWeekHint}>{!recent.data ? <Lines n={2} /> : recent.data.items.length > 0 ? <Weeks weeks={perWeek(recent.data.items.map((h) => h.at))} /> : <Typography variant="body2" color="text.secondary">{t.overview.noTrials}</Typography>}</Panel>
        </Stack>
        <Stack spacing={2.5}>
          <Panel title={t.overview.attention} testId="attention"><Attention stale={stale.data?.items ?? []} unclean={unclean.data?.items ?? []} /></Panel>
          <Panel title={t.overview.activity} actions={<TextLink to="/catalogue/changes" label={`${t.overview.showAll}: ${t.overview.activity}`}>{t.overview.showAll}</TextLink>}><Activity projects={rows.slice(0, ACTIVE)} /></Panel>
          {tags.data && tags.data.items.length > 0 && (
            <Panel title={t.overview.tags}>
              <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap">{tags.data.items.map(({ tag, uses }) => <Chip key={tag} label={`#${tag} ${uses}`} variant="outlined" component={Link} to={`/catalogue?q=${encodeURIComponent(`#${tag}`)}`} clickable />)}</Stack>
            </Panel>
          )}
        </Stack>
      </Box>
    </Box>
  );
}

function Figure({ n, text, to, tone }: { n: number; text: string; to?: string; tone?: string }) {
  const inner = (
    <>
      <Typography sx={{ fontSize: 30, lineHeight: 1.15, fontWeight: 650, fontVariantNumeric: "tabular-nums", color: n > 0 ? tone : undefined }}>{n.toLocaleString("en")}</Typography>
      <Typography variant="body2" color="text.secondary">{text}</Typography>
    </>
  );
  const look = { p: 2, color: "text.primary", textDecoration: "none", "&:hover": to ? { borderColor: "primary.main" } : undefined };
  return to ? <Paper variant="outlined" component={Link} to={to} sx={look}>{inner}</Paper> : <Paper variant="outlined" sx={look}>{inner}</Paper>;
}

function Attention({ stale, unclean }: { stale: Hit[]; unclean: Hit[] }) {
  if (stale.length + unclean.length === 0) return <Typography variant="body2" color="text.secondary">{t.overview.calm}</Typography>;
  const groups: [string, Hit[], string][] = [[t.overview.stale, stale, staleQuery()], [t.overview.unclean, unclean, "status:unclean"]];
  return (
    <Stack spacing={2}>
      {groups.filter(([, rows]) => rows.length > 0).map(([title, rows, q]) => (
        <div key={title}>
          <Stack direction="row" justifyContent="space-between"><Typography variant="h3">{title}</Typography><TextLink to={`/catalogue?kind=trial&q=${encodeURIComponent(q)}`} label={`${t.overview.showAll}: ${title}`}>{t.overview.showAll}</TextLink></Stack>
          {rows.map((hit) => (
            <Stack key={hit.entity_id} direction="row" justifyContent="space-between" spacing={1} sx={{ py: 0.5, fontSize: 14 }}>
              <TextLink to={`/catalogue/trials/${hit.entity_id}`}>{hit.title ?? hit.entity_id}</TextLink>
              <Stack direction="row" spacing={1} alignItems="center" sx={{ flexShrink: 0 }}><Typography variant="body2" color="text.secondary">{ago(hit.at)}</Typography><TrialStatus status={hit.status} /></Stack>
            </Stack>
          ))}
        </div>
      ))}
    </Stack>
  );
}

function Activity({ projects }: { projects: ProjectRow[] }) {
  const answers = useQueries({ queries: projects.map((p) => ask<Page<Save>>(`/projects/${p.project_id}/history?limit=8`)) });
  const saves = once(answers.flatMap((a) => a.data?.items ?? []).sort((a, b) => b.at.localeCompare(a.at))).slice(0, 8);
  if (saves.length === 0) return <Typography variant="body2" color="text.secondary">{t.catalogue.noActivity}</Typography>;
  return (
    <Stack spacing={1} sx={{ fontSize: 14 }}>
      {saves.map((s) => (
        <div key={s.event_id}>
          <TextLink to={s.trial_id ? `/catalogue/trials/${s.trial_id}/timeline` : `/catalogue/projects/${s.project_id}`}>{s.subject}</TextLink>
          <Typography variant="caption" color="text.secondary" component="div">{s.actor_user_id} · {ago(s.at)}</Typography>
        </div>
      ))}
    </Stack>
  );
}
