/** V0, V1 or V2: how far a dataset or file has come. */
import Chip from "@mui/material/Chip";
import Tooltip from "@mui/material/Tooltip";
import type { VersionState } from "../api/types";
import { t } from "../lib/texts";

const COLOR = { V0: "default", V1: "info", V2: "success" } as const;

export function StateChip({ state }: { state: VersionState }) {
  return (
    <Tooltip describeChild title={t.states[state]}>
      <Chip label={state} color={COLOR[state]} variant={state === "V0" ? "outlined" : "filled"} size="small" sx={{ height: 20, fontSize: 11, "& .MuiChip-label": { px: 0.9 } }} />
    </Tooltip>
  );
}
