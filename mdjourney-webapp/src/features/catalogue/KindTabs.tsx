/** Which kind of thing is searched for. */
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { t } from "../../lib/texts";
import type { Kind } from "./shapes";

const KINDS: Kind[] = ["trial", "project", "dataset"];

export function KindTabs({ kind, onKind, counts }: { kind: Kind | null; onKind: (kind: Kind | null) => void; counts?: { value: string; count: number }[] }) {
  const of = (k: string) => counts?.find((c) => c.value === k)?.count;
  return (
    <ToggleButtonGroup size="small" exclusive value={kind ?? "all"} aria-label={t.catalogue.kind} onChange={(_, v: string | null) => v && onKind(v === "all" ? null : (v as Kind))}>
      <ToggleButton value="all" data-testid="kind-all">{t.catalogue.all}</ToggleButton>
      {KINDS.map((k) => <ToggleButton key={k} value={k} data-testid={`kind-${k}`}>{t.catalogue.kindTabs[k]}{of(k) !== undefined && ` ${of(k)}`}</ToggleButton>)}
    </ToggleButtonGroup>
  );
}
