/** A local override of a schema: written as JSON, tried out against the documents there are, then saved or taken away. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, remove, request } from "../../api/client";
import type { Content } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";
import type { SchemaRow } from "./SchemasTab";

interface Tried {
  saved: boolean;
  documents: number;
  impact: string;
  incomplete: string[];
  invalid: string[];
}

const MOST_LISTED = 12;

/** The text to begin with: what extends the packaged schema, or the override that is in use (its layers resolved). */
function begin(row: SchemaRow, schema: Content): string {
  const extension = { $schema: "https://json-schema.org/draft/2020-12/schema", $id: `https://lab.example/schemas/${row.name}`, allOf: [{ $ref: schema.$id }], properties: {}, "x-required-to-complete": [] };
  return JSON.stringify(row.source === "local" ? schema : extension, null, 2);
}

export function parseJson(text: string): { value: Content } | { fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? { value: value as Content } : { fault: "{ … }" };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "" };
  }
}

export function OverrideEditor({ row, schema }: { row: SchemaRow; schema: Content }) {
  const [text, setText] = useState(() => begin(row, schema));
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const path = `/api/v1/schemas/${row.name.split("/").map(encodeURIComponent).join("/")}/override`;
  const read = parseJson(text);
  const renew = () => {
    for (const key of ["schemas", "schema", "projects", "inbox", "document"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  const put = useMutation({
    mutationFn: (dryRun: boolean) => request<Tried>(path, { method: "PUT", json: { schema: "value" in read ? read.value : {}, dry_run: dryRun } }),
    onSuccess: (tried) => tried.saved && renew(),
  });
  const drop = useMutation({
    mutationFn: () => remove(path),
    onSettled: () => {
      setAsking(false);
      renew();
    },
  });
  const edit = (next: string) => {
    setText(next);
    put.reset();
  };
  const tried = put.data;
  return (
    <Stack spacing={2} sx={{ pt: 1 }}>
      <TextField label={t.admin.overrideText} multiline minRows={12} maxRows={20} value={text} onChange={(e) => edit(e.target.value)} error={"fault" in read} helperText={"fault" in read ? `${t.admin.notJson}: ${read.fault}` : t.admin.overrideHint} slotProps={{ htmlInput: { spellCheck: false, "data-testid": "override-text" } }} sx={{ "& textarea": { fontFamily: "ui-monospace, monospace", fontSize: 12.5 } }} />
      <Reasons error={put.error} />
      <Failure error={drop.error} />
      {tried && (
        <Alert severity={tried.saved ? "success" : tried.incomplete.length + tried.invalid.length > 0 ? "warning" : "info"} data-testid="override-impact">
          {tried.saved ? t.admin.overrideSaved : t.admin.impactTitle}: {tried.impact}.
          <Paths paths={[...tried.invalid, ...tried.incomplete]} />
        </Alert>
      )}
      <Stack direction="row" spacing={1}>
        <Button variant="outlined" disabled={"fault" in read || put.isPending} onClick={() => put.mutate(true)} data-testid="override-try">{t.admin.impact}</Button>
        <Button variant="contained" disabled={!tried || tried.saved || put.isPending} onClick={() => put.mutate(false)} data-testid="override-save">{t.admin.saveOverride}</Button>
        {row.source === "local" && <Button color="error" onClick={() => setAsking(true)} data-testid="override-drop">{t.admin.dropOverride}</Button>}
      </Stack>
      <Ask open={asking} text={t.admin.dropAsk} action={t.admin.dropOverride} onYes={() => drop.mutate()} onNo={() => setAsking(false)} />
    </Stack>
  );
}

/** Why the server does not take it, each with its place. */
function Reasons({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || error.errors.length === 0) return <Failure error={error} />;
  return (
    <Alert severity="error" data-testid="override-refused">
      {error.message}
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>{error.errors.map((e, i) => <li key={i}>{e.pointer && <code>{e.pointer}</code>} {e.message}</li>)}</Box>
    </Alert>
  );
}

function Paths({ paths }: { paths: string[] }) {
  if (paths.length === 0) return null;
  return (
    <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
      {paths.slice(0, MOST_LISTED).map((p) => <li key={p}><code>{p}</code></li>)}
      {paths.length > MOST_LISTED && <li>{t.catalogue.moreValues(paths.length - MOST_LISTED)}</li>}
    </Box>
  );
}
