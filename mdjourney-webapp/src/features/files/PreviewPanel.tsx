/** One file beside the list: a look into it, what is known of it, what people say of it, and its download. */
import CloseIcon from "@mui/icons-material/Close";
import DownloadIcon from "@mui/icons-material/Download";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { base, get } from "../../api/client";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { bytes, plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { DescribeOne } from "./DescribeOne";
import { Look } from "./Look";
import { encodePath, type Preview } from "./shapes";

const WRITTEN: Record<string, (value: unknown) => string> = {
  file_size_bytes: (v) => bytes(v as number),
  file_modified_utc: (v) => when(v as string),
  dimensions: (v) => (v as number[]).map((n) => n.toLocaleString("en")).join(" × "),
  number_of_records: (v) => (v as number).toLocaleString("en"),
};

export function PreviewPanel({ datasetId, path, onClose }: { datasetId: string; path: string; onClose: () => void }) {
  const preview = useQuery({
    queryKey: ["files", datasetId, "preview", path],
    staleTime: 10_000,
    retry: 1,
    queryFn: ({ signal }) => get<Preview>(`/api/v1/datasets/${datasetId}/preview/${encodePath(path)}`, signal),
  });
  const entry = preview.data?.entry;
  const gone = entry?.status === "removed";
  return (
    <Paper variant="outlined" component="aside" aria-label={t.files.preview.title} sx={{ p: 2, minWidth: 0 }} data-testid="file-preview" data-path={path} data-kind={preview.data?.kind}>
      <Stack direction="row" spacing={1} alignItems="flex-start" sx={{ mb: 1.5 }}>
        <Typography variant="h3" component="h2" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>{path}</Typography>
        <IconButton size="small" onClick={onClose} aria-label={t.files.preview.close} data-testid="preview-close"><CloseIcon fontSize="small" /></IconButton>
      </Stack>
      {preview.isPending && <Lines n={5} />}
      <Failure error={preview.data ? null : preview.error} onRetry={() => void preview.refetch()} />
      {preview.data && entry && (
        <Stack spacing={2}>
          <Look preview={preview.data} path={path} />
          {gone ? <Typography variant="body2">{t.files.preview.gone}</Typography> : (
            <Button component="a" href={`${base}/api/v1/datasets/${datasetId}/content/${encodePath(path)}`} download variant="outlined" size="small" startIcon={<DownloadIcon />} sx={{ alignSelf: "flex-start" }} data-testid="file-download">{t.files.preview.download}</Button>
          )}
          <DescribeOne key={`${path}:${entry.role ?? ""}:${entry.file_description ?? ""}`} datasetId={datasetId} path={path} role={entry.role ?? ""} description={entry.file_description ?? ""} />
          <Facts entry={entry} />
        </Stack>
      )}
    </Paper>
  );
}

function Facts({ entry }: { entry: Record<string, unknown> }) {
  const known = Object.entries(t.files.preview.facts).filter(([name]) => plain(entry[name]) !== "");
  return (
    <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", columnGap: 1.5, rowGap: 0.5, m: 0, fontSize: 13 }}>
      {known.map(([name, label]) => (
        <Box key={name} sx={{ display: "contents" }}>
          <Box component="dt" sx={{ color: "text.secondary" }}>{label}</Box>
          <Box component="dd" sx={{ m: 0, overflowWrap: "anywhere" }}>{WRITTEN[name]?.(entry[name]) ?? plain(entry[name])}</Box>
        </Box>
      ))}
    </Box>
  );
}
