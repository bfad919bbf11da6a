/** An object of free keys: rows of name, value and unit. A value with a unit is kept as `{value, unit}`. */
import AddIcon from "@mui/icons-material/Add";
import DeleteIcon from "@mui/icons-material/DeleteOutline";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import type { FieldProps } from "@rjsf/utils";
import { useEffect, useRef, useState } from "react";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";

interface Row {
  key: string;
  value: string;
  unit: string;
  /** The value as it was, kept while its text is not touched. */
  raw?: unknown;
}

function toRows(data: unknown): Row[] {
  if (data === null || typeof data !== "object") return [];
  return Object.entries(data as Record<string, unknown>).map(([key, value]) => {
    const measured = value !== null && typeof value === "object" && "value" in value ? (value as { value: unknown; unit?: unknown }) : null;
    const inner = measured ? measured.value : value;
    return { key, value: typeof inner === "string" ? inner : JSON.stringify(inner) ?? "", unit: typeof measured?.unit === "string" ? measured.unit : "", raw: value };
  });
}

const scalar = (text: string): unknown => (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text.trim()) ? Number(text) : text === "true" ? true : text === "false" ? false : text);

/** The value of a row; `type` is the one that the schema wants of all values, where it wants one. */
function valueOf({ value, unit, raw }: Row, type: string | undefined): unknown {
  if (raw !== undefined) return raw;
  if (type === "string") return value;
  return unit ? { value: scalar(value), unit } : scalar(value);
}

function fromRows(rows: Row[], type: string | undefined): Record<string, unknown> | undefined {
  const pairs = rows.filter((r) => r.key.trim() !== "").map((r) => [r.key.trim(), valueOf(r, type)] as const);
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

export function PairsField({ fieldPathId, formData, schema, onChange, readonly, disabled, required, name }: FieldProps) {
  const values = schema.additionalProperties;
  const type = typeof values === "object" && typeof values.type === "string" ? values.type : undefined;
  const [rows, setRows] = useState(() => toRows(formData));
  const last = useRef(JSON.stringify(formData));
  useEffect(() => {
    const now = JSON.stringify(formData);
    if (now === last.current) return;
    last.current = now;
    setRows(toRows(formData));
  }, [formData]);
  const commit = (next: Row[]) => {
    const value = fromRows(next, type);
    last.current = JSON.stringify(value);
    onChange(value, fieldPathId.path);
  };
  const edit = (index: number, part: Partial<Row>) => setRows(rows.map((r, i) => (i === index ? { ...r, ...part, raw: undefined } : r)));
  const fixed = readonly || disabled;
  return (
    <FieldFrame id={fieldPathId.$id} label={schema.title ?? name} description={schema.description} required={required} group>
      <Stack spacing={1} onBlur={() => commit(rows)}>
        {rows.map((row, i) => (
          <Stack key={i} direction="row" spacing={1}>
            <TextField value={row.key} placeholder={t.doc.keyName} disabled={fixed} onChange={(e) => edit(i, { key: e.target.value })} slotProps={{ htmlInput: { "aria-label": `${t.doc.keyName} ${i + 1}` } }} />
            <TextField value={row.value} placeholder={t.doc.keyValue} disabled={fixed} onChange={(e) => edit(i, { value: e.target.value })} slotProps={{ htmlInput: { "aria-label": `${t.doc.keyValue} ${i + 1}` } }} />
            {type === undefined && <TextField value={row.unit} placeholder={t.doc.unit} disabled={fixed} sx={{ maxWidth: 120 }} onChange={(e) => edit(i, { unit: e.target.value })} slotProps={{ htmlInput: { "aria-label": `${t.doc.unit} ${i + 1}` } }} />}
            {!fixed && (
              <IconButton
                aria-label={`${t.doc.remove} ${row.key}`}
                onClick={() => {
                  const next = rows.filter((_, j) => j !== i);
                  setRows(next);
                  commit(next);
                }}
              >
                <DeleteIcon fontSize="small" />
              </IconButton>
            )}
          </Stack>
        ))}
        {!fixed && (
          <Button id={fieldPathId.$id} size="small" startIcon={<AddIcon />} sx={{ alignSelf: "flex-start" }} onClick={() => setRows([...rows, { key: "", value: "", unit: "" }])}>
            {t.doc.addPair}
          </Button>
        )}
      </Stack>
    </FieldFrame>
  );
}
