/** One entry of a list and the buttons that move or remove it. */
import DownIcon from "@mui/icons-material/ArrowDownward";
import UpIcon from "@mui/icons-material/ArrowUpward";
import DeleteIcon from "@mui/icons-material/DeleteOutline";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { ArrayFieldItemTemplateProps } from "@rjsf/utils";
import { t } from "../../lib/texts";

export function ArrayFieldItemTemplate({ children, buttonsProps, index, readonly, schema }: ArrayFieldItemTemplateProps) {
  const b = buttonsProps;
  const big = schema.type === "object";
  const buttons = readonly ? null : (
    <Stack direction="row">
      {b.hasMoveUp && <IconButton size="small" aria-label={`${t.doc.up} ${index + 1}`} onClick={b.onMoveUpItem}><UpIcon fontSize="inherit" /></IconButton>}
      {b.hasMoveDown && <IconButton size="small" aria-label={`${t.doc.down} ${index + 1}`} onClick={b.onMoveDownItem}><DownIcon fontSize="inherit" /></IconButton>}
      {b.hasRemove && <IconButton size="small" aria-label={`${t.doc.remove} ${index + 1}`} onClick={b.onRemoveItem}><DeleteIcon fontSize="inherit" /></IconButton>}
    </Stack>
  );
  if (!big) {
    return (
      <Stack direction="row" spacing={1} alignItems="flex-start">
        <Box sx={{ flex: 1 }}>{children}</Box>
        {buttons}
      </Stack>
    );
  }
  return (
    <Box sx={{ border: 1, borderColor: "divider", borderRadius: 1.5, p: 2, pt: 1 }}>
      <Stack direction="row" justifyContent="space-between" alignItems="center" sx={{ mb: 1, minHeight: 30 }}>
        <Typography variant="caption" color="text.secondary" sx={{ fontWeight: 600 }}>{t.doc.item(index + 1)}</Typography>
        {buttons}
      </Stack>
      {children}
    </Box>
  );
}
