/** One dataset of the catalogue: its trials, files and documents. */
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useSearchParams, Link } from "react-router";
import { ask, asked, CATALOGUE, screenFor, type Dataset, type FileRow } from "../../api/catalogue";
import { get } from "../../api/client";
import type { Dataset as HereDataset, Page, VersionState } from "../../api/types";
import { Failure } from "../../components/Failure";
import { JsonTree } from "../../components/JsonTree";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { Sheet } from "../../components/Sheet";
import { StateChip } from "../../components/StateChip";
import { TextLink } from "../../components/TextLink";
import { bytes, humanize } from "../../lib/format";
import { t } from "../../lib/texts";
import { DetailFrame } from "./DetailFrame";
import { inReadingOrder } from "./order";
import { TrialSheet } from "./TrialSheet";

export function DatasetDetail({ id, session }: { id: string; session: boolean }) {
  const dataset = useQuery(ask<Dataset>(`/datasets/${encodeURIComponent(id)}`));
  const here = useQuery({ queryKey: ["dataset", id], enabled: session, retry: false, queryFn: ({ signal }) => get<HereDataset>(`/api/v1/datasets/${id}`, signal) });
  if (dataset.isPending) return <Lines />;
  if (!dataset.data) return <Failure error={dataset.error} onRetry={() => void dataset.refetch()} />;
  const row = dataset.data;
  return (
    <DetailFrame title={row.title ?? row.rel_path?.split("/").at(-1) ?? row.dataset_id} badges={<StateChip state={`V${row.state ?? 0}` as VersionState} />}
      lead={row.project_id && <TextLink quiet to={screenFor("project", row.project_id)}>{row.rel_path}</TextLink>}
      actions={session && here.isSuccess && <Button variant="contained" component={Link} to={`/workspace/datasets/${id}/describe`} sx={{ "@media print": { display: "none" } }}>{t.catalogue.openRun}</Button>}>
      <Stack spacing={2.5}>
        <TrialSheet of={{ dataset_id: id }} />
        <Files id={id} all={row.files ?? 0} />
        <Panel title={t.catalogue.metadata}><JsonTree value={inReadingOrder(row.administrative ?? {})} /></Panel>
      </Stack>
    </DetailFrame>
  );
}

/** The files, by pages; those whose path holds what is asked for, which stands in the address. */
function Files({ id, all }: { id: string; all: number }) {
  const [params, setParams] = useSearchParams();
  const q = useDeferredValue(params.get("files") ?? "");
  const files = useInfiniteQuery({
    queryKey: ["catalogue", "files", id, q],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    getNextPageParam: (last: Page<FileRow>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<FileRow>>(`${CATALOGUE}/datasets/${encodeURIComponent(id)}/files?${asked({ q, limit: 50, cursor: pageParam })}`, signal),
  });
  const items = files.data?.pages.flatMap((p) => p.items) ?? [];
  if (files.isPending) return <Lines n={3} />;
  return (
    <Panel title={t.catalogue.files} hint={t.catalogue.fileCount(all)} actions={all > 0 && <TextField size="small" label={t.catalogue.filePath} value={params.get("files") ?? ""} onChange={(e) => setParams(e.target.value ? { files: e.target.value } : {}, { replace: true })} sx={{ width: { xs: 160, sm: 260 } }} slotProps={{ htmlInput: { "data-testid": "dataset-files-q" } }} />}>
      <Failure error={files.error} onRetry={() => void files.refetch()} />
      {items.length === 0 ? <Typography variant="body2" color="text.secondary">{all > 0 ? t.catalogue.none : t.catalogue.noFiles}</Typography> : (
        <Sheet label={t.catalogue.files} head={[t.catalogue.filePath, t.catalogue.type, t.catalogue.size, t.catalogue.status]} testId="dataset-files">
          {items.map((f) => (
            <TableRow key={f.path} hover>
              <TableCell sx={{ minWidth: 200 }}>{f.path}</TableCell>
              <TableCell>{f.mime_type}</TableCell>
              <TableCell sx={{ whiteSpace: "nowrap" }}>{bytes(f.size_bytes)}</TableCell>
              <TableCell>{f.status && humanize(f.status)}</TableCell>
            </TableRow>
          ))}
        </Sheet>
      )}
      {files.hasNextPage && <Button size="small" onClick={() => void files.fetchNextPage()} disabled={files.isFetchingNextPage} sx={{ mt: 1 }}>{t.catalogue.more}</Button>}
    </Panel>
  );
}
