/** Open, complete or abandoned. */
import Chip from "@mui/material/Chip";
import type { Run } from "../../api/types";
import { t } from "../../lib/texts";

const COLOR = { open: "info", complete: "success", abandoned: "default" } as const;

export function RunChip({ status }: { status: Run["status"] }) {
  const known = status !== null && status in COLOR ? (status as keyof typeof COLOR) : null;
  return <Chip label={known ? t.runs.status[known] : status} color={known ? COLOR[known] : "default"} variant={status === "open" ? "outlined" : "filled"} data-testid="run-status" />;
}
