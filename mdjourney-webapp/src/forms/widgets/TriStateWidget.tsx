/** Yes, no, or not said: nothing is assumed. */
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import type { WidgetProps } from "@rjsf/utils";
import { t } from "../../lib/texts";
import { describedBy } from "./described";

export function TriStateWidget({ id, value, readonly, disabled, onChange, label }: WidgetProps) {
  const now = value === true ? "yes" : value === false ? "no" : "unset";
  return (
    <ToggleButtonGroup
      size="small"
      exclusive
      value={now}
      disabled={disabled || readonly}
      aria-label={label}
      aria-describedby={describedBy(id)}
      onChange={(_, next: string | null) => onChange(next === "yes" ? true : next === "no" ? false : undefined)}
    >
      <ToggleButton id={id} value="yes">{t.doc.yes}</ToggleButton>
      <ToggleButton value="no">{t.doc.no}</ToggleButton>
      <ToggleButton value="unset">{t.doc.unset}</ToggleButton>
    </ToggleButtonGroup>
  );
}
