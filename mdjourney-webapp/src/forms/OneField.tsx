/** One nested field as rjsf draws it, with the widget that our registry chooses for its schema. */
import AddIcon from "@mui/icons-material/Add";
import Button from "@mui/material/Button";
import { getDefaultRegistry } from "@rjsf/core";
import type { FieldProps, UiSchema } from "@rjsf/utils";
import { useMemo, useState } from "react";
import { t } from "../lib/texts";
import { choiceOf } from "./registry";
import { follow, type Schema } from "./schema";
import { FieldFrame } from "./templates/FieldFrame";

const { SchemaField } = getDefaultRegistry().fields;
/** Empty parts that lie deeper than this are folded: a schema may contain itself. */
const DEEP = 3;

/** The name of a field: that of its list for an entry. */
function nameOf(path: readonly (string | number)[]): string {
  const name = path.findLast((part) => typeof part === "string") ?? "";
  return typeof path.at(-1) === "number" ? `${name}_item` : name;
}

export function OneField(props: FieldProps) {
  const { schema, registry, uiSchema, fieldPathId } = props;
  const formData: unknown = props.formData;
  const { path } = fieldPathId;
  const known = useMemo(
    () => (schema.allOf && path.length > 0 ? (registry.schemaUtils.retrieveSchema(schema, formData) as Schema) : follow(schema as Schema, registry.rootSchema as Schema)),
    // what a list of parts comes to depends on what stands in it
    [schema, registry, path, schema.allOf ? formData : null], // eslint-disable-line react-hooks/exhaustive-deps
  );
  const ui = useMemo<UiSchema>(() => {
    if (path.length === 0) return uiSchema ?? {};
    const example = known.examples?.[0];
    return { ...choiceOf(known, nameOf(path)), ...(typeof example === "string" || typeof example === "number" ? { "ui:placeholder": String(example) } : {}), ...uiSchema };
  }, [known, path, uiSchema]);
  const [open, setOpen] = useState(false);
  if (!SchemaField) return null;
  const folded = !open && path.length > DEEP && typeof path.at(-1) === "string" && formData === undefined && known.properties !== undefined && ui["ui:field"] === undefined;
  if (!folded) return <SchemaField {...props} uiSchema={ui} />;
  const title = schema.title ?? known.title ?? props.name;
  return (
    <FieldFrame id={fieldPathId.$id} label={title} description={known.description} required={props.required} group>
      <Button id={fieldPathId.$id} size="small" variant="outlined" startIcon={<AddIcon />} aria-label={`${t.doc.fillIn}: ${title}`} onClick={() => setOpen(true)}>{t.doc.fillIn}</Button>
    </FieldFrame>
  );
}
