/** The trials of a project or dataset, latest first. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useInfiniteQuery } from "@tanstack/react-query";
import { asked, CATALOGUE, screenFor, type TrialRow } from "../../api/catalogue";
import { get } from "../../api/client";
import type { Page } from "../../api/types";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { TrialStatus } from "../../components/TrialStatus";
import { ago } from "../../lib/format";
import { t } from "../../lib/texts";

export function TrialSheet({ of }: { of: { project_id: string } | { dataset_id: string } }) {
  const trials = useInfiniteQuery({
    queryKey: ["catalogue", "trials", of],
    initialPageParam: "",
    refetchInterval: 15_000,
    getNextPageParam: (last: Page<TrialRow>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<TrialRow>>(`${CATALOGUE}/trials?${asked({ ...of, limit: 20, cursor: pageParam })}`, signal),
  });
  const items = trials.data?.pages.flatMap((p) => p.items) ?? [];
  if (items.length === 0) return null;
  return (
    <Box>
      <Sheet label={t.catalogue.trials} head={[t.catalogue.trial, t.catalogue.status, t.catalogue.who, t.catalogue.born]}>
        {items.map((trial) => (
          <TableRow key={trial.trial_id} hover>
            <TableCell sx={{ minWidth: 180 }}><TextLink strong to={screenFor("trial", trial.trial_id)}>{trial.experiment_name ?? trial.trial_id}</TextLink></TableCell>
            <TableCell><TrialStatus status={trial.status} /></TableCell>
            <TableCell>{trial.user_id}</TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{ago(trial.birth_timestamp)}</TableCell>
          </TableRow>
        ))}
      </Sheet>
      {trials.hasNextPage && <Button size="small" onClick={() => void trials.fetchNextPage()} disabled={trials.isFetchingNextPage} sx={{ mt: 0.5 }}>{t.catalogue.more}</Button>}
    </Box>
  );
}
