/** Whether a trial runs, and how it ended. */
import Chip from "@mui/material/Chip";
import { t } from "../lib/texts";

const COLOR: Record<string, "info" | "success" | "warning" | "default"> = { alive: "info", clean: "success", unclean: "warning", abandoned: "default" };

export function TrialStatus({ status }: { status: string | null | undefined }) {
  if (!status) return null;
  return <Chip label={t.catalogue.statuses[status] ?? status} color={COLOR[status] ?? "default"} variant="outlined" />;
}
