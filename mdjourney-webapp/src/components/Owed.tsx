/** Whether a document (or all that lies in a place) is complete, or how many answers are still owed. */
import CheckIcon from "@mui/icons-material/CheckCircle";
import ErrorIcon from "@mui/icons-material/ErrorOutline";
import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { t } from "../lib/texts";

interface Props {
  complete: boolean;
  valid: boolean;
  missing: number;
  /** Counted with everything that lies below. */
  below?: boolean;
}

export function Owed({ complete, valid, missing, below = false }: Props) {
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
  const told = below ? t.tree.owed(missing) : t.tree.missing(missing);
  return (
    <Tooltip describeChild title={told}>
      <Box component="span" aria-label={told} role="img" sx={{ fontSize: 11, fontWeight: 700, minWidth: 20, flexShrink: 0, alignSelf: "center", textAlign: "center", px: 0.6, lineHeight: "18px", borderRadius: 9, border: 1, borderColor: "warning.main", color: "warning.main" }}>
        {missing}
      </Box>
    </Tooltip>
  );
}
