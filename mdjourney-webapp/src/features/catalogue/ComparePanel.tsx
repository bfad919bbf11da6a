/** Trials side by side: only fields in which they differ, unless asked for all. */
import CloseIcon from "@mui/icons-material/Close";
import CompareIcon from "@mui/icons-material/CompareArrows";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Switch from "@mui/material/Switch";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { ask, screenFor, type Trial } from "../../api/catalogue";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { humanize } from "../../lib/format";
import { t } from "../../lib/texts";
import { compare } from "./flatten";

export function ComparePanel() {
  const [params, setParams] = useSearchParams();
  const [all, setAll] = useState(false);
  const ids = (params.get("trials") ?? "").split(",").filter(Boolean);
  const answers = useQueries({ queries: ids.map((id) => ask<Trial>(`/trials/${encodeURIComponent(id)}`)) });
  if (ids.length < 2) return <Empty icon={<CompareIcon />} title={t.catalogue.compareTitle} hint={t.catalogue.compareNone}><TextLink to="/catalogue">{t.catalogue.title}</TextLink></Empty>;
  const failed = answers.find((a) => a.error && !a.data);
  if (failed) return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  const trials = answers.map((a) => a.data).filter((d): d is Trial => d !== undefined);
  if (trials.length < ids.length) return <Lines n={8} />;
  const rows = compare(trials.map((trial) => ({ status: t.catalogue.statuses[trial.status] ?? trial.status, user: trial.user_id, ...trial.metadata })));
  const different = rows.filter((r) => !r.same);
  const shown = all ? rows : different;
  const leave = (id: string) => setParams({ trials: ids.filter((other) => other !== id).join(",") }, { replace: true });
  const head = [t.catalogue.field, ...trials.map((trial) => <Heading key={trial.trial_id} trial={trial} onLeave={() => leave(trial.trial_id)} />)];
  return (
    <Box sx={{ maxWidth: 1380, mx: "auto", width: "100%" }}>
      <PageTitle title={t.catalogue.compareTitle} lead={all ? undefined : t.catalogue.compareLead} over={<TextLink quiet to="/catalogue">← {t.catalogue.title}</TextLink>}
        actions={<FormControlLabel control={<Switch checked={all} onChange={(e) => setAll(e.target.checked)} slotProps={{ input: { "aria-label": t.catalogue.showSame } }} />} label={t.catalogue.showSame} />} />
      <Box role="status" sx={{ mb: 1, color: "text.secondary", fontSize: 14 }} data-testid="differs" data-n={different.length}>{t.catalogue.differs(different.length, rows.length)}</Box>
      {shown.length === 0 ? <Alert severity="success">{t.catalogue.same}</Alert> : (
        <Sheet label={t.catalogue.compareTitle} head={head} testId="compare-table">
          {shown.map((row) => (
            <TableRow key={row.field} data-field={row.field} sx={{ verticalAlign: "top" }}>
              <TableCell component="th" scope="row" sx={{ color: "text.secondary", minWidth: 170, overflowWrap: "anywhere" }}>{row.field.split(".").map(humanize).join(" › ")}</TableCell>
              {row.values.map((value, i) => (
                <TableCell key={trials[i]?.trial_id} sx={{ minWidth: 180, maxWidth: 420, overflowWrap: "anywhere", whiteSpace: "pre-wrap", fontWeight: !row.same && value !== row.values[0] ? 650 : 400, bgcolor: !row.same && value !== row.values[0] ? "color-mix(in srgb, var(--mui-palette-warning-main) 13%, transparent)" : undefined }}>{value || "–"}</TableCell>
              ))}
            </TableRow>
          ))}
        </Sheet>
      )}
    </Box>
  );
}

function Heading({ trial, onLeave }: { trial: Trial; onLeave: () => void }) {
  const name = trial.experiment_name ?? trial.trial_id;
  return (
    <Stack direction="row" alignItems="center" justifyContent="space-between" spacing={1}>
      <TextLink to={screenFor("trial", trial.trial_id)}>{name}</TextLink>
      <IconButton size="small" aria-label={t.catalogue.leaveOut(name)} onClick={onLeave} sx={{ "@media print": { display: "none" } }}><CloseIcon fontSize="small" /></IconButton>
    </Stack>
  );
}
