/** A list whose places have a meaning each: one control per place, and further entries where the schema takes them. */
import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import { toFieldPathId, type FieldProps, type RJSFSchema } from "@rjsf/utils";
import { useRef } from "react";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";

/** Places that nothing stands in yet are `null`, so that those behind them keep theirs. */
const filled = (list: unknown[], index: number, value: unknown): unknown[] | undefined => {
  const next = Array.from({ length: Math.max(list.length, index + 1) }, (_, i) => (i === index ? (value ?? null) : (list[i] ?? null)));
  while (next.length > 0 && next.at(-1) === null) next.pop();
  return next.length === 0 ? undefined : next;
};

export function TupleField(props: FieldProps) {
  const formData: unknown = props.formData;
  const { fieldPathId, schema, onChange, registry, readonly, disabled, required, name } = props;
  const { SchemaField } = registry.fields;
  const list = Array.isArray(formData) ? (formData as unknown[]) : [];
  // rjsf takes functions for equal: what a place was given first must find the list of today
  const now = useRef(list);
  now.current = list;
  const places = schema.items as RJSFSchema[];
  const more = typeof schema.additionalItems === "object" ? schema.additionalItems : null;
  const shown = Math.max(places.length, list.length);
  const title = schema.title ?? name;
  if (!SchemaField) return null;
  return (
    <FieldFrame id={fieldPathId.$id} label={title} description={schema.description} required={required} filled={list.length > 0} group>
      <Stack spacing={1.5}>
        <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))" }, columnGap: 2.5, rowGap: 1.75 }}>
          {Array.from({ length: shown }, (_, i) => {
            const item = places[i] ?? more ?? {};
            return (
              <SchemaField
                key={i}
                {...props}
                name={t.doc.place(i + 1)}
                required={false}
                schema={{ ...item, title: item.title ?? t.doc.place(i + 1) }}
                uiSchema={{}}
                formData={list[i] ?? undefined}
                fieldPathId={toFieldPathId(i, registry.globalFormOptions, fieldPathId)}
                onChange={(value: unknown, path: (string | number)[], errors, id) => {
                  const own = path.length === fieldPathId.path.length + 1;
                  if (own) onChange(filled(now.current, i, value), fieldPathId.path, undefined, id);
                  else onChange(value, path, errors, id);
                }}
              />
            );
          })}
        </Box>
        {more && !readonly && !disabled && (
          <Button size="small" variant="outlined" startIcon={<AddIcon />} sx={{ alignSelf: "flex-start" }} aria-label={`${t.doc.add}: ${title}`} onClick={() => onChange([...filled(list, shown - 1, list[shown - 1]) ?? [], ...Array.from({ length: shown + 1 - list.length }, () => null)], fieldPathId.path)}>
            {t.doc.add}
          </Button>
        )}
      </Stack>
    </FieldFrame>
  );
}
