/** Search over projects, trials, datasets and files of the whole lab; works without a session. */
import UpdateIcon from "@mui/icons-material/Update";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { Link } from "react-router";
import { PageTitle } from "../../components/PageTitle";
import { t } from "../../lib/texts";
import { ExportCsv } from "./ExportCsv";
import { FacetPanel } from "./FacetPanel";
import { Found, foundKind } from "./Found";
import { Freshness } from "./Freshness";
import { HowTo } from "./HowTo";
import { KindTabs } from "./KindTabs";
import { useProjectNames } from "./known";
import { ProjectTable } from "./ProjectTable";
import { SavedSearches } from "./SavedSearches";
import { SearchBox } from "./SearchBox";
import { useCatalogue } from "./useCatalogue";

export function CataloguePanel() {
  const { text, setText, query, kind, setKind, front, shown, hits, pages, unread, facets } = useCatalogue();
  const [chosen, setChosen] = useState<string[]>([]);
  const projects = useProjectNames();
  const choose = (id: string, on: boolean) => setChosen(on ? [...chosen, id] : chosen.filter((c) => c !== id));
  const counted = Object.keys(facets?.facets ?? {}).length > 0;
  return (
    <Box sx={{ maxWidth: 1280, mx: "auto", width: "100%" }}>
      <PageTitle title={t.catalogue.title} lead={t.catalogue.lead} actions={<><Freshness /><Button size="small" startIcon={<UpdateIcon />} component={Link} to="/catalogue/changes" data-testid="open-changes">{t.catalogue.changes}</Button></>} />
      <SearchBox value={text} onChange={setText} projects={projects} error={unread} />
      <Stack direction="row" alignItems="center" spacing={1} useFlexGap flexWrap="wrap" sx={{ my: 1.5 }}>
        <KindTabs kind={kind} onKind={setKind} counts={facets?.facets.kind} />
        <Box sx={{ flex: 1, display: { xs: "none", sm: "block" } }} />
        <HowTo />
        <SavedSearches query={query} onQuery={setText} />
        <ExportCsv q={query} kind={foundKind(pages, shown)} disabled={unread !== null || !pages?.[0]?.items.length} />
      </Stack>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: counted ? "220px minmax(0, 1fr)" : "minmax(0, 1fr)" }, columnGap: 3, rowGap: 1, alignItems: "start" }}>
        {facets && counted && <FacetPanel facets={facets} query={text} onQuery={setText} projects={projects} />}
        <Stack spacing={2.5} sx={{ minWidth: 0 }} data-testid={query ? "catalogue-results" : undefined}>
          {front && <ProjectTable />}
          <Found hits={hits} pages={pages} front={front} unread={unread !== null} kind={shown} projects={projects} chosen={chosen} onChoose={choose} />
        </Stack>
      </Box>
      {chosen.length > 0 && <Tray chosen={chosen} onClear={() => setChosen([])} />}
    </Box>
  );
}

function Tray({ chosen, onClear }: { chosen: string[]; onClear: () => void }) {
  return (
    <Paper elevation={6} role="region" aria-label={t.catalogue.compare} sx={{ position: "sticky", bottom: 16, mt: 2, mx: "auto", width: "fit-content", px: 2, py: 1, display: "flex", gap: 2, alignItems: "center", border: 1, borderColor: "primary.main", zIndex: 5 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>{t.catalogue.selected(chosen.length)}</Typography>
      <Button size="small" onClick={onClear}>{t.catalogue.unselect}</Button>
      <Button size="small" variant="contained" component={Link} to={`/catalogue/compare?trials=${chosen.map(encodeURIComponent).join(",")}`} disabled={chosen.length < 2} data-testid="compare">{t.catalogue.compare}</Button>
    </Paper>
  );
}
