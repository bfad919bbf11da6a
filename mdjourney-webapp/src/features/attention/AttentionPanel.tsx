/** Documents that need a person: which, what is wrong, who is in the way, and what to do about it. */
import OkIcon from "@mui/icons-material/CheckCircleOutline";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { screenFor } from "../../api/catalogue";
import { get } from "../../api/client";
import { usePollInterval } from "../../api/events";
import type { Attention, AttentionList } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { Panel } from "../../components/Panel";
import { TextLink } from "../../components/TextLink";
import { humanize } from "../../lib/format";
import { screenOfPlace } from "../../lib/links";
import { t } from "../../lib/texts";
import { groupsOf, type Group } from "./groups";

export function AttentionPanel() {
  const interval = usePollInterval();
  const found = useQuery({ queryKey: ["attention"], refetchInterval: interval, queryFn: ({ signal }) => get<AttentionList>("/api/v1/attention", signal) });
  const { items = [], hidden = 0, unknown = null } = found.data ?? {};
  return (
    <Box sx={{ maxWidth: 860, mx: "auto", width: "100%" }} data-testid="attention-panel">
      <PageTitle title={t.attention.title} lead={t.attention.lead} />
      {found.isPending && <Lines n={6} />}
      <Failure error={found.data ? null : found.error} onRetry={() => void found.refetch()} />
      <Stack spacing={2}>
        {unknown && <Alert severity="warning">{t.attention.unknown(unknown)}</Alert>}
        {hidden > 0 && <Alert severity="info" data-testid="attention-hidden">{t.attention.hidden(hidden)}</Alert>}
        {groupsOf(items).map((group) => <Together key={group.key} group={group} />)}
        {items.length >= 100 && <Typography variant="body2" color="text.secondary">{t.attention.most}</Typography>}
      </Stack>
      {found.data && items.length + hidden === 0 && !unknown && <Empty icon={<OkIcon />} title={t.attention.none} hint={t.attention.noneHint} />}
    </Box>
  );
}

function Together({ group }: { group: Group }) {
  return (
    <Panel title={group.title} hint={group.says} testId="attention-group">
      <Box component="ul" sx={{ m: 0, pl: 2.5, "& li": { mb: 0.75 } }}>
        {group.items.map((item) => <Item key={item.kind + (item.aside ?? item.document)} item={item} />)}
      </Box>
      <Typography variant="h3" sx={{ mt: 2, mb: 0.5 }}>{t.attention.what}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: 14, "& li": { mb: 0.5 } }}>{group.todo.map((line) => <li key={line}>{line}</li>)}</Box>
    </Panel>
  );
}

/** Folder and kind of a document, as people call them. */
function nameOf(document: string): string {
  const folder = document.split("/.metadata/")[0] ?? "";
  const kind = humanize((document.split("/").at(-1) ?? "").replace(/\.json$/, ""));
  return folder === document ? kind : `${folder}: ${kind}`;
}

function Item({ item }: { item: Attention }) {
  const screen = item.restored === false ? null : screenOfPlace(item);
  const name = nameOf(item.document);
  const named = item.held && (item.held.by_store || item.held.folder !== null);
  return (
    <li data-testid="attention-item" data-kind={item.kind}>
      {screen ? <TextLink strong to={screen}>{name}</TextLink> : <Typography component="span" sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{name}</Typography>}
      <Typography variant="body2" color="text.secondary" component="div" sx={{ overflowWrap: "anywhere" }}>
        {item.reason}
        {item.aside && t.attention.aside(item.aside)}
        {item.held && (named ? <TextLink quiet to={screenFor(item.held.kind, item.held.identifier)}>{t.attention.says(t.attention.kinds[item.held.kind] ?? item.held.kind, item.held.identifier)}</TextLink> : t.attention.says(t.attention.kinds[item.held.kind] ?? item.held.kind, item.held.identifier))}
      </Typography>
    </li>
  );
}
