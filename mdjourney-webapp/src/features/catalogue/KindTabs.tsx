/** Which kind of thing is searched for. */
import Box from "@mui/material/Box";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import type { Facets, Kind } from "../../api/catalogue";
import { t } from "../../lib/texts";

const KINDS: Kind[] = ["trial", "project", "dataset", "file"];

export function KindTabs({ kind, onKind, counts }: { kind: Kind | null; onKind: (kind: Kind | null) => void; counts?: Facets["facets"][string] }) {
  const of = (k: string) => counts?.find((c) => c.value === k)?.count;
  return (
    <Box sx={{ overflowX: "auto", maxWidth: "100%" }}>
      <ToggleButtonGroup sx={{ whiteSpace: "nowrap" }} size="small" exclusive value={kind ?? "all"} aria-label={t.catalogue.kind} onChange={(_, v: string | null) => v && onKind(v === "all" ? null : (v as Kind))}>
        <ToggleButton value="all" data-testid="kind-all">{t.catalogue.all}</ToggleButton>
        {KINDS.map((k) => <ToggleButton key={k} value={k} data-testid={`kind-${k}`}>{t.catalogue.kindTabs[k]}{of(k) !== undefined && ` ${of(k)?.toLocaleString("en")}`}</ToggleButton>)}
      </ToggleButtonGroup>
    </Box>
  );
}
