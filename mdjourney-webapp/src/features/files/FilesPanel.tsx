/** The files of a dataset: a list of any length with its filters beside it, a look into one file, and uploads. */
import FileIcon from "@mui/icons-material/InsertDriveFileOutlined";
import UploadIcon from "@mui/icons-material/UploadFile";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { get } from "../../api/client";
import { usePollInterval } from "../../api/events";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { bytes } from "../../lib/format";
import { t } from "../../lib/texts";
import { DescribeBar } from "./DescribeBar";
import { DropArea } from "./DropArea";
import { Facets } from "./Facets";
import { FileTable } from "./FileTable";
import { Ingest } from "./Ingest";
import { PreviewPanel } from "./PreviewPanel";
import { EVERYTHING, NOTHING, sizeOf, withAdded, withToggled, type Selection } from "./selection";
import { filterOf, isNarrow, paramsOf, type Counts, type Filter } from "./shapes";
import { SkippedNote } from "./SkippedNote";
import { UploadPanel } from "./UploadPanel";
import { useUploads } from "./uploadStore";
import { pathsBetween, useFileRows } from "./useFileRows";

/** With more than this, news alone ask again. */
const MANY = 5_000;
/** A search is asked for when typing pauses this long, in ms. */
const PAUSE = 200;

/** The filter here and now; the address follows it, and it follows the address when somebody goes back. */
function useFilter(): [Filter, (filter: Filter) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const [filter, setFilter] = useState(() => filterOf(params));
  const told = useRef(text);
  useEffect(() => {
    if (text === told.current) return;
    told.current = text;
    setFilter(filterOf(new URLSearchParams(text)));
  }, [text]);
  const change = (next: Filter) => {
    told.current = paramsOf(next).toString();
    setFilter(next);
    setParams(paramsOf(next), { replace: true });
  };
  return [filter, change];
}

export default function FilesPanel({ datasetId, path }: { datasetId: string; path: string }) {
  const [filter, setFilter] = useFilter();
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [cursor, setCursor] = useState(-1);
  const [shown, setShown] = useState<string | null>(null);
  const anchor = useRef(-1);
  const queries = useQueryClient();
  const interval = usePollInterval();
  const counts = useQuery<Counts>({
    queryKey: ["files", datasetId, "facets", filter],
    placeholderData: (old) => old,
    refetchInterval: (query) => ((query.state.data?.total ?? 0) > MANY ? 60_000 : interval),
    queryFn: ({ signal }) => get<Counts>(`/api/v1/datasets/${datasetId}/files/facets?${paramsOf(filter).toString()}`, signal),
  });
  const rows = useFileRows(datasetId, filter, (counts.data?.total ?? 0) > MANY ? 60_000 : interval);
  const total = rows.total ?? counts.data?.total ?? 0;
  const uploading = useUploads((s) => s.open === datasetId);
  const change = (next: Filter) => {
    setFilter(next);
    setSelection(NOTHING);
    setCursor(-1);
  };
  const open = (index: number, toggle: boolean) => {
    setCursor(index);
    const file = rows.at(index);
    setShown(file && !(toggle && file.file_path === shown) ? file.file_path : null);
  };
  const move = (index: number) => {
    setCursor(index);
    const file = rows.at(index);
    if (shown !== null && file) setShown(file.file_path);
  };
  const extend = async (from: number, to: number) => {
    const paths = await pathsBetween(queries, datasetId, filter, Math.min(from, to), Math.max(from, to));
    setSelection((before) => withAdded(before, paths));
  };
  const toggle = (index: number, file: string, range: boolean) => {
    setCursor(index);
    if (range && anchor.current >= 0) void extend(anchor.current, index);
    else setSelection((before) => withToggled(before, file));
    anchor.current = index;
  };
  const chosen = sizeOf(selection, total);
  return (
    <DropArea datasetId={datasetId}>
    <Stack spacing={1.5} data-testid="files">
      <Stack direction="row" spacing={1.5} alignItems="center" useFlexGap flexWrap="wrap">
        <Search value={filter.q} onChange={(q) => change({ ...filter, q })} />
        <Typography variant="body2" color="text.secondary" role="status" data-testid="files-count">{t.files.count(total, counts.data?.bytes ? bytes(counts.data.bytes) : "")}</Typography>
        <Box sx={{ flex: 1 }} />
        <SkippedNote path={path} />
        <Button variant="outlined" size="small" startIcon={<UploadIcon />} onClick={() => useUploads.getState().show(datasetId)} data-testid="upload-open">{t.files.upload.open}</Button>
      </Stack>
      {uploading && <UploadPanel datasetId={datasetId} />}
      <Ingest />
      {chosen > 0 && <DescribeBar datasetId={datasetId} filter={filter} selection={selection} total={total} onNone={() => setSelection(NOTHING)} />}
      <Failure error={rows.total === undefined ? rows.error : null} onRetry={rows.retry} />
      <Box sx={{ display: "grid", gap: 2, alignItems: "start", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: `190px minmax(0, 1fr)${shown === null ? "" : " minmax(280px, 34%)"}` } }}>
        <Facets counts={counts.data} filter={filter} onChange={change} />
        {rows.total === undefined && !rows.error && counts.data?.total === undefined ? <Lines n={8} height={32} /> : total === 0 ? (
          <Paper variant="outlined"><Empty icon={<FileIcon />} title={isNarrow(filter) ? t.files.nothing : t.files.empty} hint={isNarrow(filter) ? t.files.nothingHint : t.files.emptyHint} /></Paper>
        ) : (
          <FileTable
            at={rows.at} total={total} cursor={Math.min(cursor, total - 1)} onCursor={move} selection={selection} onToggle={toggle}
            onToggleAll={() => setSelection(chosen > 0 ? NOTHING : EVERYTHING)} onExtend={(from, to) => void extend(from, to)} onOpen={open} onClose={() => setShown(null)} onSee={rows.see}
          />
        )}
        {shown !== null && <PreviewPanel datasetId={datasetId} path={shown} onClose={() => setShown(null)} />}
      </Box>
    </Stack>
    </DropArea>
  );
}

function Search({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    if (value !== told.current) setText((told.current = value));
  }, [value]);
  useEffect(() => {
    if (text.trim() === told.current) return;
    const timer = window.setTimeout(() => tell.current((told.current = text.trim())), PAUSE);
    return () => window.clearTimeout(timer);
  }, [text]);
  return <TextField type="search" label={t.files.search} value={text} onChange={(e) => setText(e.target.value)} sx={{ maxWidth: 320 }} slotProps={{ htmlInput: { "data-testid": "files-search" } }} />;
}
