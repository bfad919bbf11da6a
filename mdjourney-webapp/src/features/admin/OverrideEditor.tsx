/** A local override of a schema: written as JSON beside the form it draws, tried against all documents, then saved or taken away. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/client";
import type { Content } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";
import type { SchemaItem } from "../../api/types";
import { useOverride, useRawOverride, useSettled, type Tried } from "./useOverride";

const SchemaPreview = lazy(() => import("./SchemaPreview"));

const MOST_LISTED = 12;
const TRY_AFTER_MS = 700;

/** The text to begin with where there is no override yet: what extends the schema in use. */
function begin(row: SchemaItem, schema: Content): string {
  return JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", $id: `https://lab.example/schemas/${row.name}`, allOf: [{ $ref: schema.$id }], properties: {}, "x-required-to-complete": [] }, null, 2);
}

export function parseJson(text: string): { value: Content } | { fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? { value: value as Content } : { fault: "{ … }" };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "" };
  }
}

/** What the form is drawn from before the server has answered: the text itself, with the schema it extends at hand. */
export function composed(candidate: Content, base: Content): Content {
  const defs = (candidate.$defs ?? {}) as Content;
  return { ...candidate, $defs: { ...defs, mdj_base: base } };
}

export function OverrideEditor({ row, schema }: { row: SchemaItem; schema: Content }) {
  const raw = useRawOverride(row);
  if (raw.isPending) return <Lines />;
  if (raw.error) return <Failure error={raw.error} onRetry={() => void raw.refetch()} />;
  return <Writing row={row} schema={schema} raw={raw.data} />;
}

function Writing({ row, schema, raw }: { row: SchemaItem; schema: Content; raw: { text: string; etag: string | null } | null }) {
  const [text, setText] = useState(() => raw?.text ?? begin(row, schema));
  const [asking, setAsking] = useState(false);
  const { tried, saved, dropped } = useOverride(row, raw?.etag ?? null);
  const read = useMemo(() => parseJson(text), [text]);
  const settled = useSettled(text, TRY_AFTER_MS);
  const value = "value" in read ? read.value : null;
  const tryOut = tried.mutate;
  useEffect(() => {
    const now = parseJson(settled);
    if ("value" in now) tryOut(now.value);
  }, [settled, tryOut]);
  // what was tried counts for the text it was tried with
  const known = settled === text && value !== null;
  const answer = known ? (saved.data ?? tried.data) : undefined;
  const preview = usePreview(tried, schema);
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) minmax(0, 1fr)" }, pt: 1, alignItems: "start" }}>
      <Stack spacing={2} sx={{ position: { lg: "sticky" }, top: 0 }}>
        <TextField label={t.admin.overrideText} multiline minRows={12} maxRows={24} value={text} onChange={(e) => { setText(e.target.value); saved.reset(); }} error={"fault" in read} helperText={"fault" in read ? `${t.admin.notJson}: ${read.fault}` : t.admin.overrideHint} slotProps={{ htmlInput: { spellCheck: false, "data-testid": "override-text" } }} sx={{ "& textarea": { fontFamily: "ui-monospace, monospace", fontSize: 12.5 } }} />
        {known && <Reasons error={saved.error ?? tried.error} />}
        <Failure error={dropped.error} />
        {answer && <Impact tried={answer} />}
        <Stack direction="row" spacing={1}>
          <Button variant="outlined" disabled={value === null || tried.isPending} onClick={() => value && tried.mutate(value)} data-testid="override-try">{t.admin.impact}</Button>
          <Button variant="contained" disabled={!known || !tried.data || tried.isPending || saved.isPending || saved.isSuccess} onClick={() => value && saved.mutate(value)} data-testid="override-save">{t.admin.saveOverride}</Button>
          {row.source === "local" && <Button color="error" onClick={() => setAsking(true)} data-testid="override-drop">{t.admin.dropOverride}</Button>}
        </Stack>
      </Stack>
      <Suspense fallback={<Lines />}>{preview && <SchemaPreview schema={preview} />}</Suspense>
      <Ask open={asking} text={t.admin.dropAsk} action={t.admin.dropOverride} onYes={() => dropped.mutate(undefined, { onSettled: () => setAsking(false) })} onNo={() => setAsking(false)} />
    </Box>
  );
}

/** The form of what the server made of the text last; of the text itself where it was refused. */
function usePreview(tried: ReturnType<typeof useOverride>["tried"], base: Content): Content | null {
  const last = useRef<Content | null>(null);
  const { data, error, variables } = tried;
  return useMemo(() => {
    if (data?.schema) last.current = data.schema;
    else if (variables && (data ?? error)) last.current = composed(variables, base);
    return last.current;
  }, [data, error, variables, base]);
}

function Impact({ tried }: { tried: Tried }) {
  return (
    <Alert severity={tried.saved ? "success" : tried.incomplete.length + tried.invalid.length > 0 ? "warning" : "info"} data-testid="override-impact">
      {tried.saved ? t.admin.overrideSaved : t.admin.impactTitle}: {tried.impact}.
      <Paths paths={[...tried.invalid, ...tried.incomplete]} />
    </Alert>
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
