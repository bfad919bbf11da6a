/** Projects and trials of the whole lab, with one search box; works without a session. */
import SearchIcon from "@mui/icons-material/Search";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import InputAdornment from "@mui/material/InputAdornment";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { Link, useSearchParams } from "react-router";
import { get } from "../../api/client";
import type { CatalogueProject, CatalogueTrial, Content, Page } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { ago, plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { leadOf, titleOf, trialName } from "./rows";

const list = <T,>(path: string) => ({ queryKey: ["catalogue", path], refetchInterval: 15_000, queryFn: ({ signal }: { signal: AbortSignal }) => get<Page<T>>(`/api/catalog/v1${path}`, signal) });

export function CataloguePanel() {
  const [params, setParams] = useSearchParams();
  const q = params.get("q") ?? "";
  const settled = useDeferredValue(q.trim());
  return (
    <Box sx={{ maxWidth: 1120, mx: "auto", width: "100%" }}>
      <PageTitle title={t.catalogue.title} lead={t.catalogue.lead} />
      <TextField
        type="search"
        label={t.catalogue.search}
        placeholder={t.catalogue.searchHint}
        value={q}
        onChange={(e) => setParams(e.target.value ? { q: e.target.value } : {}, { replace: true })}
        sx={{ mb: 3, maxWidth: 560 }}
        slotProps={{ htmlInput: { "data-testid": "catalogue-search" }, input: { startAdornment: <InputAdornment position="start"><SearchIcon /></InputAdornment> } }}
      />
      {settled ? <Results q={settled} /> : <Everything />}
    </Box>
  );
}

function Everything() {
  const projects = useQuery(list<CatalogueProject>("/projects"));
  const trials = useQuery(list<CatalogueTrial>("/trials"));
  return (
    <Stack spacing={4}>
      <Part title={t.catalogue.projects} empty={t.catalogue.emptyProjects} query={projects} render={(items) => <Projects items={items} />} />
      <Part title={t.catalogue.trials} empty={t.catalogue.emptyTrials} query={trials} render={(items) => <Trials items={items} />} />
    </Stack>
  );
}

interface Asked<T> {
  data?: Page<T>;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

function Part<T>({ title, empty, query, render }: { title: string; empty: string; query: Asked<T>; render: (items: T[]) => React.ReactNode }) {
  return (
    <section aria-label={title}>
      <Typography variant="h2" sx={{ mb: 1 }}>{title}</Typography>
      {query.isPending && <Lines n={3} />}
      {query.error && !query.data ? <Failure error={query.error} title={t.catalogue.unavailable} onRetry={() => void query.refetch()} /> : null}
      {query.data?.items.length === 0 && <Typography color="text.secondary">{empty}</Typography>}
      {query.data && query.data.items.length > 0 && <Paper variant="outlined" sx={{ overflow: "auto" }}>{render(query.data.items)}</Paper>}
    </section>
  );
}

interface Hit extends Content {
  kind: "trial" | "project" | "dataset";
  entity_id: string;
  project_id: string;
  title: string | null;
  status: string | null;
  at: string;
  tags: string[];
}

function Results({ q }: { q: string }) {
  const found = useQuery({ ...list<Hit>(`/search?q=${encodeURIComponent(q)}`), placeholderData: (old) => old, retry: false });
  if (found.isPending) return <Lines />;
  if (found.error) return <Failure error={found.error} />;
  return (
    <Paper variant="outlined" sx={{ overflow: "auto" }} data-testid="catalogue-results">
      {found.data.items.length === 0 && <Typography color="text.secondary" sx={{ p: 3 }}>{t.catalogue.none}</Typography>}
      <Table size="small" aria-label={t.catalogue.results}>
        <TableBody>{found.data.items.map((hit) => <HitRow key={hit.kind + hit.entity_id} hit={hit} />)}</TableBody>
      </Table>
    </Paper>
  );
}

function HitRow({ hit }: { hit: Hit }) {
  const to = hit.kind === "trial" ? `/catalogue/trials/${hit.entity_id}` : `/catalogue/projects/${hit.project_id}`;
  return (
    <TableRow hover>
      <TableCell sx={{ width: 90 }}><Chip label={t.catalogue.kinds[hit.kind]} variant="outlined" /></TableCell>
      <TableCell><Link to={to} style={linkStyle}>{hit.title ?? hit.entity_id}</Link></TableCell>
      <TableCell>{hit.status}</TableCell>
      <TableCell>{hit.tags.map((tag) => `#${tag}`).join(" ")}</TableCell>
      <TableCell>{when(hit.at)}</TableCell>
    </TableRow>
  );
}

const linkStyle = { color: "inherit", fontWeight: 600 };

function Projects({ items }: { items: CatalogueProject[] }) {
  return (
    <Table size="small" data-testid="catalogue-projects">
      <TableHead><TableRow><TableCell>{t.catalogue.title_}</TableCell><TableCell>{t.catalogue.lead_}</TableCell><TableCell>{t.admin.state}</TableCell><TableCell align="right">{t.catalogue.datasets}</TableCell><TableCell align="right">{t.catalogue.trials}</TableCell><TableCell>{t.catalogue.last}</TableCell></TableRow></TableHead>
      <TableBody>
        {items.map((p) => (
          <TableRow key={p.project_id} hover>
            <TableCell><Link to={`/catalogue/projects/${p.project_id}`} style={linkStyle}>{titleOf(p)}</Link></TableCell>
            <TableCell>{leadOf(p)}</TableCell>
            <TableCell>{plain(p.project_status)}</TableCell>
            <TableCell align="right">{plain(p.datasets)}</TableCell>
            <TableCell align="right">{plain(p.trials)}</TableCell>
            <TableCell>{ago(typeof p.last_birth === "string" ? p.last_birth : undefined)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

export function Trials({ items }: { items: CatalogueTrial[] }) {
  return (
    <Table size="small" data-testid="catalogue-trials">
      <TableHead><TableRow><TableCell>{t.catalogue.trial}</TableCell><TableCell>{t.catalogue.project}</TableCell><TableCell>{t.catalogue.who}</TableCell><TableCell>{t.catalogue.born}</TableCell><TableCell>{t.catalogue.died}</TableCell></TableRow></TableHead>
      <TableBody>
        {items.map((trial) => (
          <TableRow key={trial.trial_id} hover>
            <TableCell><Link to={`/catalogue/trials/${trial.trial_id}`} style={linkStyle}>{trialName(trial)}</Link></TableCell>
            <TableCell>{trial.project_id ? <Link to={`/catalogue/projects/${trial.project_id}`} style={{ color: "inherit" }}>{plain(trial.project_name) || trial.project_id}</Link> : ""}</TableCell>
            <TableCell>{plain(trial.user_id)}</TableCell>
            <TableCell>{when(trial.birth_timestamp)}</TableCell>
            <TableCell>{trial.death_timestamp ? when(trial.death_timestamp) : <Chip label={t.catalogue.running} color="info" variant="outlined" />} {trial.clean_exit === false && trial.death_timestamp && <Chip label={t.catalogue.unclean} color="warning" variant="outlined" />}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
