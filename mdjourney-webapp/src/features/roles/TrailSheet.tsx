/** Who gave and took which role, newest first: of one project, or of all one administers. */
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { asked, CATALOGUE, screenFor, type Trace } from "../../api/catalogue";
import { get } from "../../api/client";
import type { Page } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { plain, when } from "../../lib/format";
import { t } from "../../lib/texts";

/** What was done, as a sentence. */
export function sentence({ action, detail }: Pick<Trace, "action" | "detail">): string {
  const who = plain(detail?.user_id);
  const name = (role: unknown) => (typeof role === "string" ? (t.roles.names[role] ?? role) : t.roles.noRole);
  return action === "role" ? t.roles.changed(who, name(detail?.before), name(detail?.after)) : action;
}

export function TrailSheet({ projectId }: { projectId?: string }) {
  const trail = useInfiniteQuery({
    queryKey: ["catalogue", "trail", projectId ?? ""],
    initialPageParam: "",
    retry: false,
    getNextPageParam: (last: Page<Trace>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<Trace>>(`${CATALOGUE}/audit?${asked({ project_id: projectId, limit: 50, cursor: pageParam })}`, signal),
  });
  if (trail.isPending) return <Lines n={3} />;
  if (!trail.data) return <Failure error={trail.error} onRetry={() => void trail.refetch()} />;
  const items = trail.data.pages.flatMap((p) => p.items);
  if (items.length === 0) return <Typography variant="body2" color="text.secondary">{t.roles.noTrail}</Typography>;
  return (
    <div>
      <Sheet label={t.roles.trail} head={[t.audit.at, t.audit.what, ...(projectId ? [] : [t.admin.project]), t.audit.by]} testId="trail">
        {items.map((e) => (
          <TableRow key={e.event_id} hover>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{when(e.at)}</TableCell>
            <TableCell>{sentence(e)}</TableCell>
            {!projectId && <TableCell>{e.project_id && <TextLink quiet to={screenFor("project", e.project_id)}>{e.project_name ?? e.project_id}</TextLink>}</TableCell>}
            <TableCell>{e.actor_user_id}</TableCell>
          </TableRow>
        ))}
      </Sheet>
      {trail.hasNextPage && <Button size="small" onClick={() => void trail.fetchNextPage()} disabled={trail.isFetchingNextPage}>{t.catalogue.more}</Button>}
    </div>
  );
}
