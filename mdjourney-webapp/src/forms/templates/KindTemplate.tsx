/** A field that can take one of several forms: which one, and then that form. */
import Box from "@mui/material/Box";
import type { MultiSchemaFieldTemplateProps } from "@rjsf/utils";

export function KindTemplate({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  return (
    <>
      <Box sx={{ mb: 1.5, maxWidth: 420 }}>{selector}</Box>
      {optionSchemaField}
    </>
  );
}
