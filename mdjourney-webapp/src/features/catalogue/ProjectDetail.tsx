/** One project of the catalogue: its document, datasets, trials, people and what was saved. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { ask, CATALOGUE, graphFor, listOf, once, screenFor, type DatasetRow, type Project, type Save } from "../../api/catalogue";
import { get } from "../../api/client";
import type { Page, Project as HereProject, VersionState } from "../../api/types";
import { Failure } from "../../components/Failure";
import { JsonTree } from "../../components/JsonTree";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { Sheet } from "../../components/Sheet";
import { StateChip } from "../../components/StateChip";
import { TextLink } from "../../components/TextLink";
import { bytes } from "../../lib/format";
import { t } from "../../lib/texts";
import { DetailFrame } from "./DetailFrame";
import { inReadingOrder } from "./order";
import { Timeline } from "./Timeline";
import { TrialSheet } from "./TrialSheet";

/** `roles` draws who works on a project. */
export function ProjectDetail({ id, session, roles }: { id: string; session: boolean; roles: (project: Project) => ReactNode }) {
  const project = useQuery(ask<Project>(`/projects/${encodeURIComponent(id)}`));
  const here = useQuery({ queryKey: ["projects", id], enabled: session, retry: false, queryFn: ({ signal }) => get<HereProject>(`/api/v1/projects/${id}`, signal) });
  if (project.isPending) return <Lines />;
  if (!project.data) return <Failure error={project.error} onRetry={() => void project.refetch()} />;
  const row = project.data;
  const inSession = session && here.isSuccess;
  const actions = (
    <Stack direction="row" spacing={1} sx={{ "@media print": { display: "none" } }}>
      <Button variant="outlined" component={Link} to={graphFor("project", id)} data-testid="open-graph">{t.catalogue.graph}</Button>
      {inSession && <Button variant="outlined" component={Link} to={`/workspace/projects/${id}/history`} data-testid="open-history">{t.catalogue.history}</Button>}
      {inSession && <Button variant="contained" component={Link} to={`/workspace/projects/${id}/describe`}>{t.catalogue.openRun}</Button>}
    </Stack>
  );
  return (
    <DetailFrame title={row.name ?? row.project_id} lead={row.principal_investigator} badges={row.project_status && <Chip label={row.project_status} variant="outlined" />} actions={actions}>
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 3fr) minmax(0, 2fr)" }, alignItems: "start" }}>
        <Stack spacing={2.5}>
          <Datasets id={id} />
          <TrialSheet of={{ project_id: id }} />
          <Panel title={t.catalogue.metadata}><JsonTree value={inReadingOrder(row.details ?? {})} /></Panel>
        </Stack>
        <Stack spacing={2.5}>
          {roles(row)}
          <Saves id={id} />
        </Stack>
      </Box>
    </DetailFrame>
  );
}

function Datasets({ id }: { id: string }) {
  const datasets = useQuery(listOf<DatasetRow>(`/datasets?project_id=${encodeURIComponent(id)}&limit=100`));
  if (!datasets.data?.items.length) return null;
  return (
    <Sheet label={t.catalogue.datasets} head={[t.catalogue.dataset, t.catalogue.status, t.catalogue.files, ""]}>
      {datasets.data.items.map((d) => (
        <TableRow key={d.dataset_id} hover>
          <TableCell><TextLink strong to={screenFor("dataset", d.dataset_id)}>{d.title ?? d.rel_path?.split("/").at(-1)}</TextLink></TableCell>
          <TableCell><StateChip state={`V${d.state}` as VersionState} /></TableCell>
          <TableCell>{d.files}</TableCell>
          <TableCell align="right">{bytes(d.bytes)}</TableCell>
        </TableRow>
      ))}
    </Sheet>
  );
}

function Saves({ id }: { id: string }) {
  const saves = useInfiniteQuery({
    queryKey: ["catalogue", "saves", id],
    initialPageParam: "",
    getNextPageParam: (last: Page<Save>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<Save>>(`${CATALOGUE}/projects/${encodeURIComponent(id)}/history?limit=20${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ""}`, signal),
  });
  const items = saves.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Panel title={t.catalogue.activity}>
      {saves.isPending && <Lines n={3} />}
      <Failure error={saves.error} />
      {saves.data && items.length === 0 && t.catalogue.noActivity}
      <Timeline items={once(items).map((s) => ({ key: String(s.event_id), at: s.at, who: s.actor_user_id, title: s.subject ?? s.rel_path, tone: s.kind === "complete_metadata" ? "success.main" : "primary.main" }))} />
      {saves.hasNextPage && <Button size="small" onClick={() => void saves.fetchNextPage()}>{t.catalogue.more}</Button>}
    </Panel>
  );
}
