/** Counts by field among what matches; a click narrows the search or widens it again. */
import TuneIcon from "@mui/icons-material/Tune";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { Facets } from "../../api/catalogue";
import { Fold } from "../../components/Fold";
import { humanize } from "../../lib/format";
import { t } from "../../lib/texts";
import { hasTerm, termFor, toggled } from "./language";

const ORDER = ["status", "qc_assessment", "tag", "project", "user", "experiment_template_type", "run_status", "instrument_used_link", "license", "extension", "mime_type", "role"];
/** Facets whose values are words of ours, written with underscores and small letters. */
const WORDS = new Set(["qc_assessment", "experiment_template_type", "run_status", "role"]);
const FEW = 5;

interface Props {
  facets: Facets;
  query: string;
  onQuery: (query: string) => void;
  projects: Map<string, string>;
}

function labelOf(name: string, value: string, projects: Map<string, string>): string {
  if (name === "tag") return `#${value}`;
  if (name === "project") return projects.get(value) ?? value;
  if (name === "status") return t.catalogue.statuses[value] ?? value;
  return WORDS.has(name) ? humanize(value) : value;
}

export function FacetPanel({ facets, query, onQuery, projects }: Props) {
  const groups = ORDER.filter((name) => (facets.facets[name]?.length ?? 0) > 0);
  if (groups.length === 0) return null;
  return (
    <Box component="section" aria-label={t.catalogue.facets} data-testid="facets" sx={{ "@media print": { display: "none" } }}>
      <Fold label={t.catalogue.facets} icon={<TuneIcon />} testId="facets-open">
        {groups.map((name) => <Group key={name} name={name} values={facets.facets[name] ?? []} query={query} onQuery={onQuery} label={(v) => labelOf(name, v, projects)} />)}
        {facets.truncated && <Typography variant="caption" color="text.secondary">{t.catalogue.facetsCut}</Typography>}
      </Fold>
    </Box>
  );
}

function Group({ name, values, query, onQuery, label }: { name: string; values: { value: string; count: number }[]; query: string; onQuery: (q: string) => void; label: (v: string) => string }) {
  const [all, setAll] = useState(false);
  const shown = all ? values : values.slice(0, FEW);
  return (
    <Box sx={{ mb: 2 }}>
      <Typography variant="overline" component="h2" color="text.secondary">{t.catalogue.facetNames[name] ?? name}</Typography>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {shown.map(({ value, count }) => {
          const term = termFor(name, value);
          const on = hasTerm(query, term);
          return (
            <li key={value}>
              <ButtonBase onClick={() => onQuery(toggled(query, term))} aria-pressed={on} data-testid="facet" data-term={term} sx={{ width: "100%", justifyContent: "space-between", textAlign: "left", gap: 1, px: 1, py: 0.5, mx: -1, borderRadius: 1, fontFamily: "inherit", fontSize: 14, fontWeight: on ? 700 : 400, color: on ? "primary.main" : "text.primary", bgcolor: on ? "action.selected" : undefined, "&:hover": { bgcolor: "action.hover" } }}>
                <Box component="span" sx={{ overflowWrap: "anywhere" }}>{label(value)}</Box>
                <Box component="span" sx={{ color: "text.secondary", fontSize: 12, fontVariantNumeric: "tabular-nums" }}>{count.toLocaleString("en")}</Box>
              </ButtonBase>
            </li>
          );
        })}
      </Box>
      {values.length > FEW && <Button size="small" onClick={() => setAll(!all)} sx={{ ml: -0.75 }}>{all ? t.catalogue.fewer : t.catalogue.moreValues(values.length - FEW)}</Button>}
    </Box>
  );
}
