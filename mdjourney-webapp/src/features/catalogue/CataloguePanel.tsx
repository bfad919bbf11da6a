/** Search over projects, trials and datasets of the whole lab; works without a session. */
import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import SearchOffIcon from "@mui/icons-material/SearchOff";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link, NavigationType, useLocation, useNavigationType, useSearchParams } from "react-router";
import { ApiError, get } from "../../api/client";
import type { Page } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";
import { allHits, download, MOST_ROWS, toCsv } from "./csv";
import { FacetPanel } from "./FacetPanel";
import { HitTable } from "./HitTable";
import { Examples, HowTo } from "./HowTo";
import { KindTabs } from "./KindTabs";
import { ProjectTable } from "./ProjectTable";
import { SavedSearches } from "./SavedSearches";
import { SearchBox } from "./SearchBox";
import { ask, searchPath, type Facets, type Hit, type Kind } from "./shapes";
import { useProjectNames } from "./known";

/** The text as typed: it leads, the address follows; only a link or the browser's back button leads the other way. */
function useTyped(inAddress: string): [string, (text: string) => void] {
  const [text, setText] = useState(inAddress);
  const { key } = useLocation();
  const how = useNavigationType();
  useEffect(() => {
    if (how !== NavigationType.Replace) setText(inAddress);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- each navigation once, whatever is typed meanwhile
  }, [key]);
  return [text, setText];
}

/** The text a moment after typing has paused. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

export function CataloguePanel() {
  const [params, setParams] = useSearchParams();
  const kind = (params.get("kind") as Kind | null) ?? null;
  const [q, setQ] = useTyped(params.get("q") ?? "");
  const [chosen, setChosen] = useState<string[]>([]);
  const settled = useSettled(q);
  const asked = settled.trim();
  useEffect(() => {
    setParams((old) => ({ ...(settled && { q: settled }), ...(old.get("kind") && { kind: old.get("kind") ?? "" }) }), { replace: true });
  }, [settled, setParams]);
  const setKind = (k: Kind | null) => setParams({ ...(q && { q }), ...(k && { kind: k }) }, { replace: true });
  const front = asked === "" && kind === null;
  const shownKind = front ? "trial" : kind;
  const hits = useInfiniteQuery({
    queryKey: ["catalogue", "search", asked, shownKind],
    initialPageParam: "",
    refetchInterval: 15_000,
    retry: false,
    placeholderData: keepPreviousData,
    getNextPageParam: (last: Page<Hit>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<Hit>>(searchPath(asked, shownKind, pageParam), signal),
  });
  const facets = useQuery({ ...ask<Facets>(`/facets?${new URLSearchParams({ q: asked, ...(kind && { kind }) }).toString()}`), retry: false, placeholderData: keepPreviousData });
  const projects = useProjectNames();
  const known = useMemo(() => ({ facets: facets.data?.facets ?? {}, projects }), [facets.data, projects]);
  const unread = hits.error instanceof ApiError && hits.error.status === 400 ? hits.error : null;
  const choose = (id: string, on: boolean) => setChosen(on ? [...chosen, id] : chosen.filter((c) => c !== id));
  return (
    <Box sx={{ maxWidth: 1280, mx: "auto", width: "100%" }}>
      <PageTitle title={t.catalogue.title} lead={t.catalogue.lead} />
      <SearchBox value={q} onChange={setQ} known={known} error={unread} />
      <Stack direction="row" alignItems="center" spacing={1} useFlexGap flexWrap="wrap" sx={{ my: 1.5 }}>
        <KindTabs kind={kind} onKind={setKind} counts={facets.data?.facets.kind} />
        <Box sx={{ flex: 1 }} />
        <HowTo />
        <SavedSearches query={asked} onQuery={setQ} />
        <Export q={asked} kind={shownKind} disabled={!hits.data?.pages[0]?.items.length} />
      </Stack>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "220px minmax(0, 1fr)" }, gap: 3, alignItems: "start" }}>
        <Box>{facets.data && <FacetPanel facets={facets.data} query={q} onQuery={setQ} projects={projects} />}</Box>
        <Stack spacing={2.5} sx={{ minWidth: 0 }} data-testid={asked ? "catalogue-results" : undefined}>
          {front && <ProjectTable />}
          <Found hits={hits} front={front} unread={unread !== null} mixed={shownKind === null} kind={shownKind} projects={projects} chosen={chosen} onChoose={choose} />
        </Stack>
      </Box>
      {chosen.length > 0 && <Tray chosen={chosen} onClear={() => setChosen([])} />}
    </Box>
  );
}

interface FoundProps {
  hits: ReturnType<typeof useInfiniteQuery<Page<Hit>>>;
  front: boolean;
  unread: boolean;
  mixed: boolean;
  kind: Kind | null;
  projects: Map<string, string>;
  chosen: string[];
  onChoose: (id: string, on: boolean) => void;
}

function Found({ hits, front, unread, mixed, kind, projects, chosen, onChoose }: FoundProps) {
  const data = hits.data as { pages: Page<Hit>[] } | undefined;
  if (hits.isPending) return <Lines n={6} />;
  if (hits.error && !unread && !data) return <Failure error={hits.error} title={t.catalogue.unavailable} onRetry={() => void hits.refetch()} />;
  const items = data?.pages.flatMap((p) => p.items) ?? [];
  if (unread && items.length === 0) return <Panel title={t.catalogue.help}><Examples /></Panel>;
  if (items.length === 0) return <Empty icon={<SearchOffIcon />} title={front ? t.catalogue.emptyTrials : t.catalogue.none} hint={front ? t.catalogue.emptyHint : t.catalogue.noneHint} />;
  const total = data?.pages[0]?.total;
  return (
    <Box component="section" aria-label={t.catalogue.results} aria-busy={hits.isPlaceholderData || unread}>
      <Stack direction="row" justifyContent="space-between" alignItems="baseline" sx={{ mb: 1 }}>
        <Typography variant="h2">{front ? t.catalogue.trials : t.catalogue.results}</Typography>
        <Typography variant="body2" color="text.secondary" role="status" data-testid="catalogue-total">{typeof total === "number" ? t.catalogue.total(total) : t.catalogue.shownOf(items.length)}</Typography>
      </Stack>
      <HitTable items={items} label={t.catalogue.results} testId={kind === "trial" ? "catalogue-trials" : "catalogue-hits"} projects={projects} chosen={chosen} onChoose={onChoose} mixed={mixed} />
      {hits.hasNextPage && <Button onClick={() => void hits.fetchNextPage()} disabled={hits.isFetchingNextPage} sx={{ mt: 1 }} data-testid="catalogue-more">{t.catalogue.more}</Button>}
    </Box>
  );
}

function Tray({ chosen, onClear }: { chosen: string[]; onClear: () => void }) {
  return (
    <Paper elevation={6} role="region" aria-label={t.catalogue.compare} sx={{ position: "sticky", bottom: 16, mt: 2, mx: "auto", width: "fit-content", px: 2, py: 1, display: "flex", gap: 2, alignItems: "center", border: 1, borderColor: "primary.main", zIndex: 5 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>{t.catalogue.selected(chosen.length)}</Typography>
      <Button size="small" onClick={onClear}>{t.catalogue.unselect}</Button>
      <Button size="small" variant="contained" component={Link} to={`/catalogue/compare?trials=${chosen.map(encodeURIComponent).join(",")}`} disabled={chosen.length < 2} data-testid="compare">{t.catalogue.compare}</Button>
    </Paper>
  );
}

function Export({ q, kind, disabled }: { q: string; kind: Kind | null; disabled: boolean }) {
  const csv = useMutation({
    mutationFn: () => allHits(q, kind),
    onSuccess: ({ rows }) => download("catalogue.csv", toCsv(rows)),
  });
  return (
    <>
      <Button size="small" startIcon={<DownloadIcon />} disabled={disabled || csv.isPending} onClick={() => csv.mutate()} data-testid="export-csv">{t.catalogue.csv}</Button>
      {csv.data?.cut && <Alert severity="info">{t.catalogue.csvCut(MOST_ROWS)}</Alert>}
      <Failure error={csv.error} />
    </>
  );
}
