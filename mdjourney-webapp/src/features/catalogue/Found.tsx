/** What a search found so far, or why there is nothing to see. */
import SearchOffIcon from "@mui/icons-material/SearchOff";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { Hit, Kind } from "../../api/catalogue";
import type { Page } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";
import { HitTable } from "./HitTable";
import { Examples } from "./HowTo";
import type { useCatalogue } from "./useCatalogue";

interface Props {
  hits: ReturnType<typeof useCatalogue>["hits"];
  /** The pages there are; those of the last search that could be read while this one cannot. */
  pages: Page<Hit>[] | undefined;
  front: boolean;
  unread: boolean;
  kind: Kind | null;
  projects: Map<string, string>;
  chosen: string[];
  onChoose: (id: string, on: boolean) => void;
}

export function Found({ hits, pages, front, unread, kind, projects, chosen, onChoose }: Props) {
  if (hits.isPending && !pages) return <Lines n={6} />;
  if (hits.error && !unread && !hits.data) return <Failure error={hits.error} title={t.catalogue.unavailable} onRetry={() => void hits.refetch()} />;
  const items = pages?.flatMap((p) => p.items) ?? [];
  if (unread && items.length === 0) return <Panel title={t.catalogue.help}><Examples /></Panel>;
  if (items.length === 0) return <Empty icon={<SearchOffIcon />} title={front ? t.catalogue.emptyTrials : t.catalogue.none} hint={front ? t.catalogue.emptyHint : t.catalogue.noneHint} />;
  const total = pages?.[0]?.total;
  return (
    <Box component="section" aria-label={t.catalogue.results} aria-busy={hits.isPlaceholderData || unread} sx={{ opacity: unread ? 0.5 : 1 }}>
      <Stack direction="row" justifyContent="space-between" alignItems="baseline" sx={{ mb: 1 }}>
        <Typography variant="h2">{front ? t.catalogue.trials : t.catalogue.results}</Typography>
        <Typography variant="body2" color="text.secondary" role="status" data-testid="catalogue-total">{unread ? t.catalogue.ofLast : typeof total === "number" ? t.catalogue.total(total) : t.catalogue.shownOf(items.length)}</Typography>
      </Stack>
      <HitTable items={items} label={t.catalogue.results} testId={kind === "trial" ? "catalogue-trials" : "catalogue-hits"} kind={foundKind(pages, kind)} projects={projects} chosen={chosen} onChoose={onChoose} />
      {hits.hasNextPage && !unread && <Button onClick={() => void hits.fetchNextPage()} disabled={hits.isFetchingNextPage} sx={{ mt: 1 }} data-testid="catalogue-more">{t.catalogue.more}</Button>}
    </Box>
  );
}

/** Files come only by themselves, also when the words of the search ask for them. */
export const foundKind = (pages: Page<Hit>[] | undefined, kind: Kind | null): Kind | null => (pages?.[0]?.items[0]?.kind === "file" ? "file" : kind);
