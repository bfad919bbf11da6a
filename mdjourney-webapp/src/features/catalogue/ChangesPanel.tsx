/** What changed in the lab since a moment, newest first. */
import UpdateIcon from "@mui/icons-material/Update";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { screenFor, type Change } from "../../api/catalogue";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { TextLink } from "../../components/TextLink";
import { humanize, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { beginOf, byDay, changesSince, SPANS, type Span } from "./changes";
import { useProjectNames } from "./known";

export function ChangesPanel() {
  const [params, setParams] = useSearchParams();
  const span = (params.get("span") ?? "week") as Span;
  const project = params.get("project") ?? "";
  const projects = useProjectNames();
  const since = useMemo(() => beginOf(span in SPANS ? span : "week"), [span]);
  const changes = useQuery({ queryKey: ["catalogue", "changes", since, project], refetchInterval: 30_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => changesSince(since, project, signal) });
  const set = (name: string, value: string) => setParams((old) => {
    const next = new URLSearchParams(old);
    if (value) next.set(name, value);
    else next.delete(name);
    return next;
  }, { replace: true });
  return (
    <Box sx={{ maxWidth: 900, mx: "auto", width: "100%" }}>
      <PageTitle title={t.catalogue.changes} lead={t.catalogue.changesLead} over={<TextLink quiet to="/catalogue">← {t.catalogue.title}</TextLink>} />
      <Stack direction={{ xs: "column", sm: "row" }} spacing={2} sx={{ mb: 2 }}>
        <ToggleButtonGroup size="small" exclusive value={span} aria-label={t.catalogue.since} onChange={(_, v: Span | null) => v && set("span", v)}>
          {Object.entries(t.catalogue.spans).map(([id, name]) => <ToggleButton key={id} value={id} data-testid={`span-${id}`}>{name}</ToggleButton>)}
        </ToggleButtonGroup>
        <TextField select size="small" label={t.catalogue.project} value={project} onChange={(e) => set("project", e.target.value)} sx={{ maxWidth: 360 }} slotProps={{ select: { native: true }, inputLabel: { shrink: true }, htmlInput: { "data-testid": "changes-project" } }}>
          <option value="">{t.catalogue.allProjects}</option>
          {[...projects].map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </TextField>
      </Stack>
      {changes.isPending && <Lines n={6} />}
      {changes.error && !changes.data && <Failure error={changes.error} title={t.catalogue.unavailable} onRetry={() => void changes.refetch()} />}
      {changes.data && <Days items={changes.data.items} cut={changes.data.cut} projects={projects} />}
    </Box>
  );
}

function Days({ items, cut, projects }: { items: Change[]; cut: boolean; projects: Map<string, string> }) {
  const days = useMemo(() => byDay(items), [items]);
  if (days.length === 0) return <Empty icon={<UpdateIcon />} title={t.catalogue.noChanges} hint={t.catalogue.noChangesHint} />;
  return (
    <Stack spacing={2.5} data-testid="changes">
      {cut && <Alert severity="info">{t.catalogue.changesCut(items.length)}</Alert>}
      {days.map(({ day, items: told }) => (
        <section key={day} aria-label={day}>
          <Typography variant="h2" sx={{ mb: 0.5 }}>{day}</Typography>
          <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
            {told.map((c) => <One key={`${c.event}${c.event_id}`} change={c} project={c.project_id ? projects.get(c.project_id) : undefined} />)}
          </Box>
        </section>
      ))}
    </Stack>
  );
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

function One({ change, project }: { change: Change; project: string | undefined }) {
  return (
    <Box component="li" sx={{ display: "grid", gridTemplateColumns: "64px minmax(0, 1fr)", gap: 1, py: 0.6, borderTop: 1, borderColor: "divider", fontSize: 14 }}>
      <Typography variant="body2" color="text.secondary"><time dateTime={change.at} title={when(change.at)}>{time.format(new Date(change.at))}</time></Typography>
      <div>
        <TextLink to={placeOf(change)}>{change.subject ?? `${t.catalogue.events[change.event] ?? humanize(change.event)}: ${t.catalogue.trial} ${change.trial_id?.slice(0, 8) ?? ""}`}</TextLink>
        <Typography variant="caption" color="text.secondary" component="div">{[project, change.actor_user_id].filter(Boolean).join(" · ")}</Typography>
      </div>
    </Box>
  );
}

/** The screen of the smallest thing that changed. */
function placeOf({ trial_id, dataset_id, project_id }: Change): string {
  if (trial_id) return `${screenFor("trial", trial_id)}/timeline`;
  return dataset_id ? screenFor("dataset", dataset_id) : screenFor("project", project_id ?? "");
}
