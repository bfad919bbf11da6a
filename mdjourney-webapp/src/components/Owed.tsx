/** Whether a document is complete, or how many answers it still owes. */
import CheckIcon from "@mui/icons-material/CheckCircle";
import ErrorIcon from "@mui/icons-material/ErrorOutline";
import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { t } from "../lib/texts";

export function Owed({ complete, valid, missing }: { complete: boolean; valid: boolean; missing: number }) {
  if (!valid) {
    return (
      <Tooltip describeChild title={t.tree.invalid}>
        <ErrorIcon color="error" sx={{ fontSize: 17 }} titleAccess={t.tree.invalid} />
      </Tooltip>
    );
  }
  if (complete) {
    return (
      <Tooltip describeChild title={t.tree.complete}>
        <CheckIcon color="success" sx={{ fontSize: 17 }} titleAccess={t.tree.complete} />
      </Tooltip>
    );
  }
  return (
    <Tooltip describeChild title={t.tree.missing(missing)}>
      <Box component="span" aria-label={t.tree.missing(missing)} role="img" sx={{ fontSize: 11, fontWeight: 700, minWidth: 20, textAlign: "center", px: 0.6, lineHeight: "18px", borderRadius: 9, border: 1, borderColor: "warning.main", color: "warning.main" }}>
        {missing}
      </Box>
    </Tooltip>
  );
}
