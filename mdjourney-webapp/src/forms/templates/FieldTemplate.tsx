/** A field as rjsf hands it over; objects, lists and our own fields bring their frame themselves. */
import Box from "@mui/material/Box";
import { ADDITIONAL_PROPERTY_FLAG, type FieldTemplateProps } from "@rjsf/utils";
import { FieldFrame } from "./FieldFrame";
import { FreeName } from "./FreeName";

export function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, hidden, schema, readonly, disabled, onKeyRename, onRemoveProperty } = props;
  if (hidden) return <Box sx={{ display: "none" }}>{props.children}</Box>;
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return <Framed {...props} />;
  return <FreeName key={label} id={id} name={label} fixed={readonly || disabled} onRename={onKeyRename} onRemove={onRemoveProperty}><Framed {...props} /></FreeName>;
}

/** Forms to choose from, unless all are plain values: those are one list. */
const hasKinds = (schema: FieldTemplateProps["schema"]) => [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].some((s) => typeof s !== "object" || s.const === undefined);

function Framed({ id, label, children, rawDescription, required, schema, uiSchema, displayLabel, formData }: FieldTemplateProps) {
  const title = schema.title ?? label;
  if (hasKinds(schema) && schema.type !== "object" && !uiSchema?.["ui:field"]) return <FieldFrame id={`${id}__kinds`} label={title} description={rawDescription} required={required} group>{children}</FieldFrame>;
  const container = schema.type === "object" || schema.type === "array" || !!uiSchema?.["ui:field"];
  if (container && uiSchema?.["ui:widget"] === undefined) return children;
  if (displayLabel === false && !container) return children;
  return (
    <FieldFrame id={id} label={title} description={rawDescription} required={required} filled={formData !== undefined && formData !== null && formData !== ""} group={container}>
      {children}
    </FieldFrame>
  );
}
