/** What stands around every field: label, whether it is owed, help below, faults below that. */
import CheckIcon from "@mui/icons-material/Check";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import FormHelperText from "@mui/material/FormHelperText";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { useFaults } from "../context";
import { errorId, helpId } from "../widgets/described";
import { t } from "../../lib/texts";
import { humanize } from "../../lib/format";

interface Props {
  id: string;
  label: string;
  description?: string;
  required?: boolean;
  /** Whether something stands in the field. */
  filled?: boolean;
  /** A group of fields instead of one control. */
  group?: boolean;
  children: ReactNode;
}

export function FieldFrame({ id, label, description, required, filled, group, children }: Props) {
  const faults = useFaults(id);
  const owed = required && faults.missing;
  const shown = label.includes("_") ? humanize(label) : label;
  return (
    <Box
      role={group ? "group" : undefined}
      aria-labelledby={group ? `${id}__label` : undefined}
      data-field={id}
      sx={{ borderLeft: 3, borderColor: faults.errors.length > 0 ? "error.main" : owed ? "warning.main" : "transparent", pl: 1.5, ml: -1.5, py: 0.25, scrollMarginTop: 120 }}
    >
      <Stack direction="row" spacing={1} alignItems="center" sx={{ mb: 0.5, minHeight: 22 }}>
        <Typography component={group ? "div" : "label"} htmlFor={group ? undefined : id} id={`${id}__label`} variant="body2" sx={{ fontWeight: 600 }}>
          {shown}
        </Typography>
        {owed && <Chip label={t.doc.required} size="small" color="warning" variant="outlined" sx={{ height: 20, fontSize: 11 }} />}
        {required && !owed && filled && <CheckIcon color="success" sx={{ fontSize: 16 }} titleAccess={t.tree.complete} />}
      </Stack>
      {group && description && <FormHelperText id={helpId(id)} sx={{ mt: -0.5, mb: 0.75 }}>{description}</FormHelperText>}
      {children}
      {!group && <FormHelperText id={helpId(id)}>{description}</FormHelperText>}
      <Box id={errorId(id)} role={faults.errors.length > 0 ? "alert" : undefined}>
        {faults.errors.map((message) => (
          <FormHelperText key={message} error>
            {message}
          </FormHelperText>
        ))}
      </Box>
    </Box>
  );
}
