/** The audit trail for lab admins: roles of projects, and sign-ins, accounts, configs and tokens. */
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { asked } from "../../api/catalogue";
import { get } from "../../api/client";
import type { AuditLine, AuditLog } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { humanize, plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { TrailSheet } from "./TrailSheet";

export function AuditTab() {
  return (
    <Stack spacing={3}>
      <Typography variant="body2" color="text.secondary">{t.audit.lead}</Typography>
      <section aria-labelledby="audit-roles">
        <Typography id="audit-roles" variant="h2" sx={{ mb: 1 }}>{t.audit.roles}</Typography>
        <TrailSheet />
      </section>
      <section aria-labelledby="audit-accounts">
        <Typography id="audit-accounts" variant="h2" sx={{ mb: 1 }}>{t.audit.accounts}</Typography>
        <LogSheet />
      </section>
    </Stack>
  );
}

/** Particulars of a line, as `role: researcher → reader`. */
export const particulars = (line: Pick<AuditLine, "details">): string => Object.entries(line.details).filter(([, value]) => plain(value) !== "").map(([name, value]) => `${humanize(name).toLowerCase()}: ${plain(value)}`).join(", ").replaceAll(" -> ", " → ");

function LogSheet() {
  const log = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: 0,
    getNextPageParam: (last: AuditLog) => last.next_cursor ?? undefined,
    queryFn: ({ pageParam, signal }) => get<AuditLog>(`/api/audit?${asked({ limit: 50, cursor: pageParam || null })}`, signal),
  });
  if (log.isPending) return <Lines n={4} />;
  if (!log.data) return <Failure error={log.error} onRetry={() => void log.refetch()} />;
  const items = log.data.pages.flatMap((p) => p.items);
  return (
    <div>
      <Sheet label={t.audit.accounts} head={[t.audit.at, t.audit.what, t.audit.whom, t.audit.by, t.audit.details]} testId="audit-log">
        {items.map((line, i) => (
          <TableRow key={i} hover>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{when(line.at)}</TableCell>
            <TableCell>{t.audit.events[line.event] ?? humanize(line.event.replaceAll("-", " "))}</TableCell>
            <TableCell>{line.subject}</TableCell>
            <TableCell>{line.actor}</TableCell>
            <TableCell>{particulars(line)}</TableCell>
          </TableRow>
        ))}
      </Sheet>
      {log.hasNextPage && <Button size="small" onClick={() => void log.fetchNextPage()} disabled={log.isFetchingNextPage} sx={{ mt: 1 }} data-testid="audit-more">{t.catalogue.more}</Button>}
    </div>
  );
}
