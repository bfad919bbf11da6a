/** What is known of the field at hand: its help, where its value came from, and what stood there before. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { memo, useMemo, useRef, type RefObject } from "react";
import type { Content } from "../../api/types";
import { titleOf } from "../../forms/check";
import { pathOfField, schemaOf } from "../../forms/fieldPointer";
import { same } from "../../forms/same";
import { isSchema, type Schema } from "../../forms/schema";
import { isSystem } from "../../forms/sections";
import { plain } from "../../lib/format";
import { toPointer, valueAt, type Path } from "../../lib/pointer";
import { t } from "../../lib/texts";
import { FieldOrigin } from "./FieldOrigin";
import { FieldPast } from "./FieldPast";
import { useFocusedField } from "./useFocusedField";

interface Props {
  form: RefObject<HTMLElement | null>;
  /** Name of the document, as its history knows it. */
  document: string;
  schema: Schema;
  content: Content;
  /** The document as it was saved last. */
  saved: Content;
  readOnly: boolean;
  onTake: (path: Path, value: unknown) => void;
}

/** Draws itself again while others are typed into only where the field at hand is touched by it. */
export const FieldPanel = memo(function FieldPanel({ form, document, schema, content, saved, readOnly, onTake }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const field = useFocusedField(form, panel);
  const path = useSteadyPath(useMemo(() => (field === null ? null : pathOfField(field, schema, content)), [field, schema, content]));
  return (
    <Paper ref={panel} tabIndex={-1} variant="outlined" component="aside" aria-label={t.field.title} data-testid="field-panel" data-pointer={path ? toPointer(path) : undefined} sx={LOOK}>
      {path ? <About key={toPointer(path)} path={path} document={document} schema={schema} now={valueAt(content, path)} before={valueAt(saved, path)} readOnly={readOnly} onTake={onTake} /> : <Typography variant="body2" color="text.secondary">{t.field.none}</Typography>}
    </Paper>
  );
});

const LOOK = { p: 2, mt: { lg: 2 }, order: 3, maxHeight: { lg: "60vh" }, overflow: "auto" } as const;

/** The same path for as long as it leads to the same place. */
function useSteadyPath(path: Path | null): Path | null {
  const last = useRef(path);
  if (!same(last.current, path)) last.current = path;
  return last.current;
}

/** The schema of a field, as far as it can be followed. */
function ofPath(schema: Schema, path: Path): Schema {
  let here: Schema | undefined = schema;
  for (const part of path) here = here && schemaOf(here, part, schema);
  return here ?? {};
}

interface AboutProps extends Pick<Props, "document" | "schema" | "readOnly" | "onTake"> {
  path: Path;
  /** What stands in the field, and what was saved of it last. */
  now: unknown;
  before: unknown;
}

const About = memo(function About({ path, document, schema, now, before, readOnly, onTake }: AboutProps) {
  const own = ofPath(schema, path);
  const changed = !same(now, before);
  const fixed = readOnly || isSystem(String(path[0]), schema.properties?.[String(path[0])] ?? {});
  return (
    <Stack spacing={1.25}>
      <Typography variant="h3" component="h3" sx={{ overflowWrap: "anywhere" }}>{titleOf(schema, toPointer(path))}</Typography>
      {own.description !== undefined && <Typography variant="body2" sx={{ whiteSpace: "pre-line" }}>{plain(own.description)}</Typography>}
      <Rules schema={own} />
      {changed ? <Typography variant="body2" color="warning.main" data-testid="field-origin" data-kind="unsaved">{t.field.unsaved}</Typography> : now !== undefined && <FieldOrigin document={document} path={path} />}
      <FieldPast document={document} path={path} now={now} onTake={fixed ? undefined : (value) => onTake(path, value)} />
    </Stack>
  );
});

/** What a value must be, in words. */
function Rules({ schema }: { schema: Schema }) {
  const { minimum, maximum, minLength, maxLength, pattern, examples } = schema;
  const rules = [
    schema.format !== undefined && (t.field.formats[schema.format] ?? schema.format),
    minimum !== undefined && t.field.least(plain(minimum)), maximum !== undefined && t.field.most(plain(maximum)),
    typeof minLength === "number" && minLength > 1 && t.field.shortest(minLength), maxLength !== undefined && t.field.longest(maxLength),
    typeof pattern === "string" && t.field.pattern(pattern), schema["x-filled-by"] === "system" && t.field.kinds.system,
  ].filter((rule): rule is string => typeof rule === "string");
  const example = examples?.[0];
  if (rules.length === 0 && example === undefined && !isSchema(schema)) return null;
  return (
    <>
      {rules.length > 0 && <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>{rules.map((rule) => <Chip key={rule} variant="outlined" label={rule} sx={{ maxWidth: "100%" }} />)}</Box>}
      {example !== undefined && <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{t.doc.example(plain(example))}</Typography>}
    </>
  );
}
