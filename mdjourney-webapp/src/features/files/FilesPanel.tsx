/** The files of a dataset: a virtual table that loads pages as it is scrolled. */
import FileIcon from "@mui/icons-material/InsertDriveFileOutlined";
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { get } from "../../api/client";
import { useLive, usePollInterval } from "../../api/events";
import type { FileEntry, Page } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";
import { FileTable } from "./FileTable";
import { RoleBar } from "./RoleBar";
import { SkippedNote } from "./SkippedNote";

const PAGE = 1_000;
/** With more than this in the page, news alone ask again. */
const MANY = 5_000;

function useFiles(datasetId: string, q: string, status: string) {
  const interval = usePollInterval();
  return useInfiniteQuery({
    queryKey: ["files", datasetId, q, status],
    refetchInterval: (query) => ((query.state.data?.pages[0]?.total ?? 0) > MANY ? 60_000 : interval),
    structuralSharing: false,
    initialPageParam: "",
    getNextPageParam: (last: Page<FileEntry>) => last.next_cursor || undefined,
    placeholderData: (old) => old,
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(PAGE) });
      if (pageParam) params.set("cursor", pageParam);
      if (q) params.set("q", q);
      if (status) params.set("status", status);
      return get<Page<FileEntry>>(`/api/v1/datasets/${datasetId}/files?${params.toString()}`, signal);
    },
  });
}

export default function FilesPanel({ datasetId, path }: { datasetId: string; path: string }) {
  const [q, setQ] = useState("");
  const [status, setStatus] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const files = useFiles(datasetId, useDeferredValue(q.trim()), status);
  const entries = useMemo(() => files.data?.pages.flatMap((p) => p.items) ?? [], [files.data]);
  const total = files.data?.pages[0]?.total ?? entries.length;
  const narrowed = q.trim() !== "" || status !== "";
  return (
    <Stack spacing={1.5}>
      <Stack direction="row" spacing={1.5} alignItems="center" useFlexGap flexWrap="wrap">
        <TextField type="search" label={t.files.search} value={q} onChange={(e) => setQ(e.target.value)} sx={{ maxWidth: 320 }} slotProps={{ htmlInput: { "data-testid": "files-search" } }} />
        <TextField select label={t.files.status} value={status} onChange={(e) => setStatus(e.target.value)} sx={{ width: 150 }}>
          <MenuItem value="">{t.files.all}</MenuItem>
          <MenuItem value="present">present</MenuItem>
          <MenuItem value="growing">{t.files.growing}</MenuItem>
          <MenuItem value="removed">{t.files.removed}</MenuItem>
        </TextField>
        <Typography variant="body2" color="text.secondary" role="status" data-testid="files-count">{t.files.count(total)}</Typography>
        <Box sx={{ flex: 1 }} />
        <SkippedNote path={path} />
      </Stack>
      <Ingest />
      {selected.size > 0 && <RoleBar datasetId={datasetId} paths={[...selected]} onDone={() => setSelected(new Set())} />}
      {files.isPending && <Lines n={8} height={32} />}
      <Failure error={files.data ? null : files.error} onRetry={() => void files.refetch()} />
      {files.data && entries.length === 0 && <Paper variant="outlined"><Empty icon={<FileIcon />} title={narrowed ? t.files.nothing : t.files.empty} hint={narrowed ? undefined : t.files.emptyHint} /></Paper>}
      {entries.length > 0 && <FileTable entries={entries} total={total} selected={selected} onSelect={setSelected} onEnd={() => files.hasNextPage && !files.isFetchingNextPage && void files.fetchNextPage()} />}
    </Stack>
  );
}

function Ingest() {
  const progress = useLive((s) => s.progress);
  if (!progress || progress.files_total === 0 || progress.files_done >= progress.files_total) return null;
  const text = t.health.workingFiles(progress.files_done, progress.files_total);
  return (
    <Box role="status">
      <Typography variant="caption">{text}</Typography>
      <LinearProgress variant="determinate" value={(progress.files_done / progress.files_total) * 100} aria-label={text} />
    </Box>
  );
}
