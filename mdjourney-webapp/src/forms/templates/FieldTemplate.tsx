/** A field as rjsf hands it over; objects, lists and our own fields bring their frame themselves. */
import Box from "@mui/material/Box";
import type { FieldTemplateProps } from "@rjsf/utils";
import { FieldFrame } from "./FieldFrame";

export function FieldTemplate({ id, label, children, rawDescription, required, hidden, schema, uiSchema, displayLabel, formData }: FieldTemplateProps) {
  if (hidden) return <Box sx={{ display: "none" }}>{children}</Box>;
  const container = schema.type === "object" || schema.type === "array" || !!uiSchema?.["ui:field"];
  if (container || displayLabel === false) return children;
  return (
    <FieldFrame id={id} label={schema.title ?? label} description={rawDescription} required={required} filled={formData !== undefined && formData !== null && formData !== ""}>
      {children}
    </FieldFrame>
  );
}
