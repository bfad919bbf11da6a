/** Everything a person still owes, over all datasets; Enter opens the exact field. */
import DoneIcon from "@mui/icons-material/DoneAll";
import Box from "@mui/material/Box";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { usePollInterval } from "../../api/events";
import { getAll } from "../../api/queries";
import type { InboxItem } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { humanize } from "../../lib/format";
import { screenOf, screenOfPlace } from "../../lib/links";
import { t } from "../../lib/texts";

export function InboxPanel() {
  const interval = usePollInterval();
  const inbox = useQuery({ queryKey: ["inbox"], refetchInterval: interval, queryFn: ({ signal }) => getAll<InboxItem>("/api/v1/inbox", signal) });
  const groups = new Map<string, InboxItem[]>();
  for (const item of inbox.data ?? []) groups.set(item.document, [...(groups.get(item.document) ?? []), item]);
  return (
    <Box sx={{ maxWidth: 860, mx: "auto", width: "100%" }}>
      <PageTitle title={t.inbox.title} lead={inbox.data ? `${t.inbox.count(inbox.data.length)} · ${t.inbox.lead}` : t.inbox.lead} />
      {inbox.isPending && <Lines n={6} />}
      <Failure error={inbox.data ? null : inbox.error} onRetry={() => void inbox.refetch()} />
      {inbox.data?.length === 0 && <Empty icon={<DoneIcon />} title={t.inbox.empty} hint={t.inbox.emptyHint} />}
      <Stack spacing={2} data-testid="inbox">
        {[...groups].map(([document, items]) => <Group key={document} items={items} />)}
      </Stack>
    </Box>
  );
}

const target = (item: InboxItem) => screenOf(item.url, item.pointer) ?? `${screenOfPlace(item) ?? "/workspace"}?field=${encodeURIComponent(item.pointer)}`;

function Group({ items }: { items: InboxItem[] }) {
  const first = items[0];
  if (!first) return null;
  const name = first.title ?? first.document.split("/.metadata")[0] ?? first.document;
  return (
    <Paper variant="outlined" component="section" aria-label={name}>
      <Box sx={{ px: 2, pt: 1.5 }}>
        <Typography variant="h3" component="h2">{name}</Typography>
        <Typography variant="caption" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{humanize((first.document.split("/").at(-1) ?? "").replace(/\.json$/, ""))} · {first.document.split("/.metadata")[0]}</Typography>
      </Box>
      <List component="div" dense>
        {items.map((item) => (
          <ListItemButton key={item.pointer + item.message} component={Link} to={target(item)} data-testid="inbox-item">
            <ListItemText primary={item.field_title ?? humanize(item.pointer.split("/").at(-1) ?? "")} secondary={item.field_title && item.message.startsWith(item.field_title) ? undefined : item.message} />
          </ListItemButton>
        ))}
      </List>
    </Paper>
  );
}
