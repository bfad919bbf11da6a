/** What happened to a document: who, when, which fields; any of it can be restored. */
import HistoryIcon from "@mui/icons-material/History";
import Accordion from "@mui/material/Accordion";
import AccordionDetails from "@mui/material/AccordionDetails";
import AccordionSummary from "@mui/material/AccordionSummary";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ExpandIcon from "@mui/icons-material/ExpandMore";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post } from "../../api/client";
import { useDocument, useMayChange } from "../../api/queries";
import type { Diff, FieldChange, Page, Revision } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { isSystem } from "../../forms/sections";
import { ago, humanize, when } from "../../lib/format";
import { t } from "../../lib/texts";

/** `paths` are addresses of documents in the API; the history of each is shown under its own heading. */
export default function HistoryPanel({ paths }: { paths: { path: string; title: string }[] }) {
  return (
    <Stack spacing={4}>
      {paths.map(({ path, title }) => (
        <section key={path} aria-label={title}>
          {paths.length > 1 && <Typography variant="h2" sx={{ mb: 1 }}>{title}</Typography>}
          <OneHistory path={path} />
        </section>
      ))}
    </Stack>
  );
}

function OneHistory({ path }: { path: string }) {
  const document = useDocument(path);
  if (document.isPending) return <Lines />;
  if (document.error && !document.data) return <Failure error={document.error} />;
  return <Log name={document.data.document} path={path} />;
}

function Log({ name, path }: { name: string; path: string }) {
  const log = useInfiniteQuery({
    queryKey: ["history", name],
    initialPageParam: "",
    getNextPageParam: (last: Page<Revision>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<Revision>>(`/api/v1/history?document=${encodeURIComponent(name)}&limit=30${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ""}`, signal),
  });
  if (log.isPending) return <Lines />;
  if (log.error && !log.data) return <Failure error={log.error} onRetry={() => void log.refetch()} />;
  const revisions = log.data.pages.flatMap((p) => p.items);
  if (revisions.length === 0) return <Empty icon={<HistoryIcon />} title={t.history.empty} />;
  return (
    <Box data-testid="history">
      {revisions.map((r, i) => <Step key={r.commit} revision={r} document={name} path={path} newest={i === 0} />)}
      {log.hasNextPage && <Button onClick={() => void log.fetchNextPage()} sx={{ mt: 1 }}>{t.history.more}</Button>}
    </Box>
  );
}

function Step({ revision, document, path, newest }: { revision: Revision; document: string; path: string; newest: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Accordion variant="outlined" disableGutters expanded={open} onChange={(_, v) => setOpen(v)} data-testid="history-step" sx={{ "&:before": { display: "none" } }}>
      <AccordionSummary expandIcon={<ExpandIcon />}>
        <Box sx={{ minWidth: 0 }}>
          <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{revision.subject}</Typography>
          <Typography variant="body2" color="text.secondary" title={when(revision.at)}>{revision.author.name} · {ago(revision.at)} · <code>{revision.commit.slice(0, 8)}</code></Typography>
        </Box>
      </AccordionSummary>
      <AccordionDetails>{open && <Changes revision={revision} document={document} path={path} newest={newest} />}</AccordionDetails>
    </Accordion>
  );
}

function Changes({ revision, document, path, newest }: { revision: Revision; document: string; path: string; newest: boolean }) {
  const fixed = !useMayChange() || newest;
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"version" | "field" | null>(null);
  const [field, setField] = useState<FieldChange>();
  const diff = useQuery({ queryKey: ["diff", revision.commit, document], staleTime: Infinity, queryFn: ({ signal }) => get<Diff>(`/api/v1/history/${revision.commit}/diff?document=${encodeURIComponent(document)}`, signal) });
  const restore = useMutation({
    mutationFn: (pointer?: string) => post(`/api/v1/history/${revision.commit}/restore`, { document, pointer }),
    onSettled: () => {
      setAsking(null);
      for (const key of [["document", path], ["history", document]]) void queries.invalidateQueries({ queryKey: key });
    },
  });
  if (diff.isPending) return <Lines n={2} />;
  if (diff.error) return <Failure error={diff.error} />;
  return (
    <Stack spacing={1.5}>
      {diff.data.changes.length === 0 && <Typography color="text.secondary">{t.history.noChanges}</Typography>}
      {diff.data.changes.map((c) => <Change key={c.pointer + c.op} change={c} onRestore={fixed ? undefined : () => (setField(c), setAsking("field"))} />)}
      {restore.isSuccess && <Alert severity="success">{t.history.restored}</Alert>}
      <Failure error={restore.error} />
      {!fixed && <Button variant="outlined" onClick={() => setAsking("version")} sx={{ alignSelf: "flex-start" }} data-testid="restore">{t.history.restoreAll}</Button>}
      <Ask open={asking === "version"} text={t.history.restoreAsk} action={t.history.restoreAll} onYes={() => restore.mutate(undefined)} onNo={() => setAsking(null)} />
      <Ask open={asking === "field"} text={t.history.restoreFieldAsk(field ? nameOf(field) : "")} action={t.history.restoreField} onYes={() => restore.mutate(field?.pointer)} onNo={() => setAsking(null)} />
    </Stack>
  );
}

const nameOf = (change: FieldChange) => change.title || humanize(change.pointer.split("/").slice(1).join(" › "));

/** The whole document has its own button, and what the system fills stays as it is. */
const canReturn = (change: FieldChange) => change.pointer !== "" && !isSystem(change.pointer.split("/")[1] ?? "", {});

function Change({ change, onRestore }: { change: FieldChange; onRestore?: () => void }) {
  return (
    <Box sx={{ borderLeft: 3, borderColor: { add: "success.main", remove: "error.main", replace: "info.main" }[change.op], pl: 1.5 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>{nameOf(change)}</Typography>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "1fr 1fr" }, gap: 1, fontSize: 13 }}>
        {change.op !== "add" && <Side title={t.history.before} value={change.before} />}
        {change.op !== "remove" && <Side title={t.history.after} value={change.after} />}
      </Box>
      {onRestore && canReturn(change) && <Button size="small" onClick={onRestore} aria-label={`${t.history.restoreField}: ${nameOf(change)}`} data-testid="restore-field" data-pointer={change.pointer}>{t.history.restoreField}</Button>}
    </Box>
  );
}

function Side({ title, value }: { title: string; value: unknown }) {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="caption" color="text.secondary">{title}</Typography>
      <Box sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: 240, overflow: "auto" }}>{text}</Box>
    </Box>
  );
}
