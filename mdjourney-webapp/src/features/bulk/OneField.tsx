/** One field set in all documents of a kind: choose it, type the value in its own form, look, save. */
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Stack from "@mui/material/Stack";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { post } from "../../api/client";
import { useSchema } from "../../api/queries";
import type { Content, Outcome } from "../../api/types";
import { ChangeTable } from "../../components/ChangeTable";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { prune } from "../../forms/prune";
import { SchemaForm } from "../../forms/SchemaForm";
import type { Schema } from "../../forms/schema";
import { isSystem } from "../../forms/sections";
import { humanize } from "../../lib/format";
import { toPointer } from "../../lib/pointer";
import { t } from "../../lib/texts";
import type { Scope } from "./scope";

const SCHEMAS: Record<string, string> = { projects: "project_descriptive", datasets: "dataset_administrative", structures: "dataset_structural", runs: "experiment_contextual", instruments: "instrument_technical" };
const NONE = new Set<string>();

export function OneField({ scope }: { scope: Scope }) {
  const schema = useSchema({ name: SCHEMAS[scope.kind] ?? "" });
  const known: Schema | undefined = schema.data;
  const fields = useMemo(() => Object.entries(known?.properties ?? {}).filter(([name, s]) => !isSystem(name, s) && name !== "file_descriptions"), [known]);
  const [picked, setPicked] = useState("");
  const name = picked || (fields[0]?.[0] ?? "");
  if (schema.error) return <Failure error={schema.error} />;
  if (!schema.data) return <Lines n={3} />;
  return (
    <Stack spacing={2}>
      <TextField select label={t.bulk.field} value={name} onChange={(e) => setPicked(e.target.value)} slotProps={{ select: { native: true }, htmlInput: { "data-testid": "bulk-field" } }} sx={{ maxWidth: 420 }}>
        {fields.map(([field, s]) => <option key={field} value={field}>{s.title ?? humanize(field)}</option>)}
      </TextField>
      <Value key={name} name={name} schema={schema.data} scope={scope} />
    </Stack>
  );
}

/** The schema with one field alone, so that it is edited as everywhere else. */
function alone(schema: Schema, name: string): Schema {
  const { $defs, properties } = schema;
  return { type: "object", $defs, properties: { [name]: { ...properties?.[name], "x-group": undefined } } };
}

function Value({ name, schema, scope }: { name: string; schema: Schema; scope: Scope }) {
  const only = useMemo(() => alone(schema, name), [schema, name]);
  const [content, setContent] = useState<Content>({});
  const [pending] = useState(() => new Set<() => void>());
  const [remove, setRemove] = useState(false);
  const [missing, setMissing] = useState(true);
  const queries = useQueryClient();
  const [latest] = useState<{ content: Content }>(() => ({ content: {} }));
  const send = useMutation({
    mutationFn: (dry_run: boolean) => {
      const value = remove ? null : (prune(latest.content, NONE)[name] ?? null);
      const where = { kind: scope.kind, ...(scope.project ? { project: scope.project } : {}), ...(scope.dataset ? { dataset: scope.dataset } : {}), ...(missing && !remove ? { missing: toPointer([name]) } : {}) };
      return post<Outcome>("/api/v1/bulk", { where, pointer: toPointer([name]), value, dry_run });
    },
    onSuccess: (outcome) => {
      if (outcome.saved) void queries.invalidateQueries();
    },
  });
  const change = (next: Content) => {
    latest.content = next;
    setContent(next);
    send.reset();
  };
  const look = (dry: boolean) => {
    flushSync(() => {
      for (const commit of [...pending]) commit();
    });
    send.mutate(dry);
  };
  const outcome = send.data;
  return (
    <Stack spacing={2}>
      {!remove && <SchemaForm schema={only} content={content} onChange={change} errors={[]} missing={[]} pending={pending} />}
      <Stack direction="row" spacing={2} useFlexGap flexWrap="wrap">
        <FormControlLabel control={<Switch checked={missing && !remove} disabled={remove} onChange={(_, on) => { setMissing(on); send.reset(); }} />} label={t.bulk.onlyMissing} data-testid="bulk-only-missing" />
        <FormControlLabel control={<Switch checked={remove} onChange={(_, on) => { setRemove(on); send.reset(); }} />} label={t.bulk.remove} />
      </Stack>
      <Stack direction="row" spacing={1.5}>
        <Button variant="outlined" disabled={send.isPending} onClick={() => look(true)} data-testid="bulk-preview">{t.bulk.preview}</Button>
        {outcome?.dry_run && outcome.errors === 0 && outcome.changes.length > 0 && <Button variant="contained" disabled={send.isPending} onClick={() => look(false)} data-testid="bulk-apply">{t.bulk.apply(outcome.changes.length)}</Button>}
      </Stack>
      <Failure error={send.error} />
      {outcome && <ChangeTable outcome={outcome} />}
    </Stack>
  );
}
