/** What files can be filtered by, with how many each choice would give. */
import TuneIcon from "@mui/icons-material/Tune";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { Fold } from "../../components/Fold";
import { t } from "../../lib/texts";
import { FACETS, isNarrow, NO_FILTER, toggled, type Counts, type Facet, type Filter } from "./shapes";

const FEW = 8;

export function Facets({ counts, filter, onChange }: { counts: Counts | undefined; filter: Filter; onChange: (filter: Filter) => void }) {
  return (
    <Box component="section" aria-label={t.files.facets.title} data-testid="facets" sx={{ minWidth: 0 }}>
      <Fold label={t.catalogue.facets} icon={<TuneIcon />}>
        <Stack spacing={2}>
          {FACETS.map((facet) => <Choices key={facet} facet={facet} values={counts?.facets?.[facet] ?? []} chosen={filter[facet]} onToggle={(value) => onChange(toggled(filter, facet, value))} />)}
          {isNarrow(filter) && <Button size="small" sx={{ alignSelf: "flex-start" }} onClick={() => onChange({ ...NO_FILTER })} data-testid="facets-clear">{t.files.facets.clear}</Button>}
        </Stack>
      </Fold>
    </Box>
  );
}

interface ChoicesProps {
  facet: Facet;
  values: { value: string; count: number }[];
  chosen: string[];
  onToggle: (value: string) => void;
}

function Choices({ facet, values, chosen, onToggle }: ChoicesProps) {
  const [whole, setWhole] = useState(false);
  if (values.length < 2 && chosen.length === 0) return null;
  const shown = whole ? values : values.filter((v, i) => i < FEW || chosen.includes(v.value));
  return (
    <Box component="fieldset" sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <Typography component="legend" variant="overline" color="text.secondary" sx={{ p: 0 }}>{t.files.facets.names[facet]}</Typography>
      {shown.map(({ value, count }) => (
        <Box component="label" key={value} sx={{ display: "flex", gap: 1, alignItems: "center", minHeight: 26, fontSize: 13, cursor: "pointer" }}>
          <Box component="input" type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} data-testid={`facet-${facet}`} data-value={value} sx={{ width: 16, height: 16, m: 0, flexShrink: 0, accentColor: "var(--mui-palette-primary-main)" }} />
          <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>{t.files.facets.values[facet]?.[value] ?? value}</Box>
          <Box component="span" sx={{ color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>{count.toLocaleString("en")}</Box>
        </Box>
      ))}
      {values.length > FEW && <Button size="small" sx={{ p: 0, minWidth: 0 }} onClick={() => setWhole(!whole)}>{whole ? t.files.facets.less : t.files.facets.more(values.length - shown.length)}</Button>}
    </Box>
  );
}
