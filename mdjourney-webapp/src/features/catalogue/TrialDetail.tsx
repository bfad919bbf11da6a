/** One trial: what it is, its quality numbers, what it links to, what happened to it. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ask, asked, CATALOGUE, graphFor, screenFor, type Trial, type TrialEvent } from "../../api/catalogue";
import { get } from "../../api/client";
import type { Content, Page, Run } from "../../api/types";
import { Failure } from "../../components/Failure";
import { JsonTree } from "../../components/JsonTree";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { RouteTabs } from "../../components/RouteTabs";
import { TextLink } from "../../components/TextLink";
import { TrialStatus } from "../../components/TrialStatus";
import { humanize, plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { DetailFrame, Facts } from "./DetailFrame";
import { flatten } from "./flatten";
import { Chips, useLinks } from "./Links";
import { inReadingOrder } from "./order";
import { Timeline, type Moment } from "./Timeline";

/** Whether the run is in the session at hand, so that it can be edited there. */
function useHere(id: string, enabled: boolean): boolean {
  const run = useQuery({ queryKey: ["run", id], enabled, retry: false, queryFn: ({ signal }) => get<Run>(`/api/v1/runs/${id}`, signal) });
  return enabled && run.isSuccess;
}

export function TrialDetail({ id, tab, session }: { id: string; tab: string; session: boolean }) {
  const trial = useQuery(ask<Trial>(`/trials/${encodeURIComponent(id)}`));
  const here = useHere(id, session);
  if (trial.isPending) return <Lines />;
  if (!trial.data) return <Failure error={trial.error} onRetry={() => void trial.refetch()} />;
  const row = trial.data;
  const tags = (row.edges ?? []).filter((e) => e.target_entity_type === "tag").map((e) => e.target_entity_id);
  const actions = (
    <Stack direction="row" spacing={1} sx={{ "@media print": { display: "none" } }}>
      <Button variant="outlined" component={Link} to={graphFor("trial", id)} data-testid="open-graph">{t.catalogue.graph}</Button>
      {here && <Button variant="outlined" component={Link} to={`/workspace/runs/${id}/history`} data-testid="open-history">{t.catalogue.history}</Button>}
      {here && <Button variant="contained" component={Link} to={`/workspace/runs/${id}`} data-testid="open-run">{t.catalogue.openRun}</Button>}
    </Stack>
  );
  return (
    <DetailFrame title={row.experiment_name ?? row.trial_id} badges={<TrialStatus status={row.status} />} tags={tags} actions={actions}
      lead={row.project_id && <>{t.catalogue.project}: <TextLink quiet to={screenFor("project", row.project_id)}>{row.project_name ?? row.project_id}</TextLink></>}>
      <RouteTabs tabs={t.catalogue.tabs} value={tab} label={t.catalogue.trial} base={`/catalogue/trials/${id}`} />
      {tab === "timeline" ? <Happened id={id} /> : <Summary row={row} />}
    </DetailFrame>
  );
}

function Summary({ row }: { row: Trial }) {
  const metadata = row.metadata ?? {};
  const quality = metadata.quality_control_metrics as Content | undefined;
  const record = metadata.complete_metadata as { revision?: number } | undefined;
  const links = useLinks(row.trial_id);
  return (
    <Stack spacing={2.5}>
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { xs: "minmax(0, 1fr)", md: quality ? "1fr 1fr" : "1fr" } }}>
        <Panel title={t.catalogue.facts}>
          <Facts rows={[
            [t.catalogue.who, row.user_id],
            [t.catalogue.born, when(row.birth_timestamp)],
            [t.catalogue.died, when(row.death_timestamp)],
            [t.catalogue.template, row.template && humanize(row.template)],
            [t.catalogue.dataset, (row.datasets ?? []).map((d) => <TextLink quiet key={d.dataset_id} to={screenFor("dataset", d.dataset_id)}>{d.title ?? d.rel_path}</TextLink>)],
            [t.catalogue.record, record?.revision ? t.catalogue.revision(record.revision) : null],
            [t.catalogue.links, links.to.length > 0 && <Chips key="to" nodes={links.to} id={row.trial_id} />],
            [t.catalogue.linkedFrom, links.from.length > 0 && <Chips key="from" nodes={links.from} id={row.trial_id} />],
            [t.catalogue.recordedBy, row.recorded_by === "api" ? t.catalogue.byApi : null],
            [t.catalogue.identifier, <code key="id">{row.trial_id}</code>],
          ]} />
        </Panel>
        {quality && <Quality metrics={quality} assessment={plain(metadata.qc_assessment)} />}
      </Box>
      <Panel title={t.catalogue.metadata}><JsonTree value={inReadingOrder(metadata)} /></Panel>
    </Stack>
  );
}

function Quality({ metrics, assessment }: { metrics: Content; assessment: string }) {
  return (
    <Panel title={t.catalogue.quality} actions={assessment && <Chip label={assessment} color={assessment === "Pass" ? "success" : assessment === "Fail" ? "error" : "warning"} variant="outlined" />} testId="quality">
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fill, minmax(120px, 1fr))" }}>
        {[...flatten(metrics)].map(([name, value]) => (
          <div key={name}>
            <Typography sx={{ fontSize: 26, fontWeight: 650, fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" }}>{plain(value)}</Typography>
            <Typography variant="body2" color="text.secondary">{humanize(name)}</Typography>
          </div>
        ))}
      </Box>
    </Panel>
  );
}

const TONES: Record<string, Moment["tone"]> = { birth: "primary.main", death: "success.main", sweep: "warning.main" };

function Happened({ id }: { id: string }) {
  const events = useInfiniteQuery({
    queryKey: ["catalogue", "timeline", id],
    initialPageParam: "",
    refetchInterval: 15_000,
    getNextPageParam: (last: Page<TrialEvent>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<TrialEvent>>(`${CATALOGUE}/trials/${encodeURIComponent(id)}/timeline?${asked({ cursor: pageParam })}`, signal),
  });
  if (events.isPending) return <Lines />;
  if (!events.data) return <Failure error={events.error} onRetry={() => void events.refetch()} />;
  return (
    <Panel title={t.catalogue.activity}>
      <Timeline testId="timeline" items={events.data.pages.flatMap((p) => p.items).map((e, i) => ({ key: String(i), at: e.at, who: e.actor_user_id, title: t.catalogue.events[e.event] ?? humanize(e.event), detail: plain(e.detail?.subject) || null, tone: e.event === "death" && e.detail?.clean_exit === false ? "warning.main" : TONES[e.event] }))} />
      {events.hasNextPage && <Button size="small" onClick={() => void events.fetchNextPage()} disabled={events.isFetchingNextPage}>{t.catalogue.more}</Button>}
    </Panel>
  );
}
