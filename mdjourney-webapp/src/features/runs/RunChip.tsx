/** Open, complete or abandoned. */
import Chip from "@mui/material/Chip";
import type { Run } from "../../api/types";
import { t } from "../../lib/texts";

const COLOR = { open: "info", complete: "success", abandoned: "default" } as const;

export function RunChip({ status }: { status: Run["status"] }) {
  return <Chip label={t.runs.status[status] ?? status} color={COLOR[status] ?? "default"} variant={status === "open" ? "outlined" : "filled"} data-testid="run-status" />;
}
