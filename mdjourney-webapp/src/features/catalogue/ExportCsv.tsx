/** The whole result as a CSV file, with columns of one's choice. */
import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Popover from "@mui/material/Popover";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, asked, CATALOGUE, type FieldName, type Kind } from "../../api/catalogue";
import { base } from "../../api/client";
import type { Page } from "../../api/types";
import { t } from "../../lib/texts";

/** How many columns the server adds at most. */
const MOST_COLUMNS = 40;

export function ExportCsv({ q, kind, disabled }: { q: string; kind: Kind | null; disabled: boolean }) {
  const [at, setAt] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button size="small" startIcon={<DownloadIcon />} disabled={disabled} onClick={(e) => setAt(e.currentTarget)} aria-haspopup="dialog" data-testid="export-csv">{t.catalogue.csv}</Button>
      <Popover open={at !== null} anchorEl={at} onClose={() => setAt(null)} anchorOrigin={{ vertical: "bottom", horizontal: "left" }} slotProps={{ paper: { role: "dialog", "aria-label": t.catalogue.csv } }}>
        <Box sx={{ p: 2, width: 400, maxWidth: "calc(100vw - 32px)" }}><Choice q={q} kind={kind} onDone={() => setAt(null)} /></Box>
      </Popover>
    </>
  );
}

function Choice({ q, kind, onDone }: { q: string; kind: Kind | null; onDone: () => void }) {
  const [typed, setTyped] = useState("");
  const [fields, setFields] = useState<string[]>([]);
  const known = useQuery({ ...ask<Page<FieldName>>(`/fields?${asked({ q: typed, limit: 20 })}`, false), staleTime: 60_000 });
  const path = `${CATALOGUE}/search.csv?${asked({ q, kind, fields: fields.join(",") })}`;
  return (
    <Stack spacing={2}>
      <Typography variant="body2" color="text.secondary">{t.catalogue.csvHint}</Typography>
      {kind !== "file" && (
        <Autocomplete multiple freeSolo size="small" options={known.data?.items.map((f) => f.field) ?? []} filterOptions={(all) => all} value={fields} onChange={(_, chosen) => setFields(chosen.slice(0, MOST_COLUMNS))} onInputChange={(_, text) => setTyped(text)}
          renderInput={(params) => <TextField {...params} label={t.catalogue.csvFields} helperText={t.catalogue.csvFieldsHint} slotProps={{ htmlInput: { ...params.inputProps, "data-testid": "csv-fields" } }} />} />
      )}
      <Button variant="contained" component="a" href={base + path} download="catalogue.csv" onClick={onDone} startIcon={<DownloadIcon />} data-testid="csv-download" sx={{ alignSelf: "flex-start" }}>{t.catalogue.csvDownload}</Button>
    </Stack>
  );
}
