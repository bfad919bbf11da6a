/** The documents of a kind as a spreadsheet, and the edited one back: compared first, saved when somebody says so. */
import DownloadIcon from "@mui/icons-material/Download";
import UploadIcon from "@mui/icons-material/UploadFile";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { base, sendFile } from "../../api/client";
import type { Outcome } from "../../api/types";
import { ChangeTable } from "../../components/ChangeTable";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";
import type { Scope } from "./scope";

export function Sheet({ scope }: { scope: Scope }) {
  const queries = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: ({ table, dry }: { table: File; dry: boolean }) => sendFile<Outcome>(`/api/v1/tables/${scope.kind}?dry_run=${dry}`, table),
    onSuccess: (outcome) => {
      if (outcome.saved) void queries.invalidateQueries();
    },
  });
  const take = (table: File | undefined) => {
    if (!table) return;
    setFile(table);
    send.mutate({ table, dry: true });
  };
  const address = (format: string) => {
    const params = new URLSearchParams({ format, ...(scope.project ? { project: scope.project } : {}), ...(scope.dataset ? { dataset: scope.dataset } : {}) });
    return `${base}/api/v1/tables/${scope.kind}?${params.toString()}`;
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  };
  const outcome = send.data;
  return (
    <Stack spacing={2}>
      <Box>
        <Typography variant="h3" gutterBottom>{t.bulk.step1}</Typography>
        <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>{t.bulk.step1Hint}</Typography>
        <Stack direction="row" spacing={1}>
          {["xlsx", "csv"].map((format) => <Button key={format} variant="outlined" startIcon={<DownloadIcon />} component="a" href={address(format)} download={`${scope.kind}.${format}`} data-testid={`sheet-${format}`}>{format.toUpperCase()}</Button>)}
        </Stack>
      </Box>
      <Box onDragOver={(e) => e.preventDefault()} onDrop={drop} data-testid="sheet-drop">
        <Typography variant="h3" gutterBottom>{t.bulk.step2}</Typography>
        <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>{t.bulk.step2Hint}</Typography>
        <Button variant="outlined" startIcon={<UploadIcon />} onClick={() => chooser.current?.click()}>{t.bulk.choose}</Button>
        <input ref={chooser} hidden type="file" accept=".csv,.xlsx,.tsv" onChange={(e) => { take(e.target.files?.[0]); e.target.value = ""; }} data-testid="sheet-file" />
        {file && <Typography component="span" variant="body2" sx={{ ml: 1.5 }}>{file.name}</Typography>}
      </Box>
      <Failure error={send.error} />
      {outcome && <ChangeTable outcome={outcome} />}
      {file && outcome?.dry_run && outcome.errors === 0 && outcome.changes.length > 0 && (
        <Button variant="contained" sx={{ alignSelf: "flex-start" }} disabled={send.isPending} onClick={() => send.mutate({ table: file, dry: false })} data-testid="sheet-apply">{t.bulk.apply(outcome.changes.length)}</Button>
      )}
    </Stack>
  );
}
