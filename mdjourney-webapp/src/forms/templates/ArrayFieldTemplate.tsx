/** A list of entries, each with its own buttons. */
import AddIcon from "@mui/icons-material/Add";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import type { ArrayFieldTemplateProps } from "@rjsf/utils";
import { useContext } from "react";
import { TablesContext } from "../context";
import { FieldFrame } from "./FieldFrame";
import { t } from "../../lib/texts";

export function ArrayFieldTemplate({ fieldPathId, title, schema, items, canAdd, onAddClick, required, readonly, disabled }: ArrayFieldTemplateProps) {
  const id = fieldPathId.$id;
  const { flat, toggle } = useContext(TablesContext);
  const name = fieldPathId.path.length === 1 ? String(fieldPathId.path[0]) : "";
  return (
    <FieldFrame id={id} label={title} description={schema.description} required={required} filled={items.length > 0} group>
      <Stack spacing={1.5} sx={{ mt: 0.5 }}>
        {items}
        <Stack direction="row" spacing={1}>
        {canAdd && !readonly && !disabled && (
          <Button id={id} size="small" variant="outlined" startIcon={<AddIcon />} onClick={onAddClick} sx={{ alignSelf: "flex-start" }} aria-label={`${t.doc.add}: ${title}`}>
            {t.doc.add}
          </Button>
        )}
        {flat.has(name) && <Button size="small" onClick={() => toggle(name)} data-testid="as-table">{t.doc.asTable}</Button>}
        </Stack>
      </Stack>
    </FieldFrame>
  );
}
