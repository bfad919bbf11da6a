/** What a search found; trials can be ticked for a comparison. */
import Checkbox from "@mui/material/Checkbox";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { TrialStatus } from "../../components/TrialStatus";
import { ago, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { screenFor, type Hit } from "./shapes";

interface Props {
  items: Hit[];
  label: string;
  testId: string;
  projects: Map<string, string>;
  chosen: string[];
  onChoose: (id: string, on: boolean) => void;
  /** Whether results are of several kinds. */
  mixed: boolean;
}

export function HitTable({ items, label, testId, projects, chosen, onChoose, mixed }: Props) {
  const head = ["", t.catalogue.title_, ...(mixed ? [t.catalogue.kind] : []), t.catalogue.status, t.catalogue.project, t.catalogue.who, t.catalogue.when, t.catalogue.tags];
  return (
    <Sheet label={label} head={head} actions={t.catalogue.compare} testId={testId}>
      {items.map((hit) => {
        const title = hit.title || hit.entity_id;
        return (
          <TableRow key={hit.kind + hit.entity_id} hover selected={chosen.includes(hit.entity_id)}>
            <TableCell padding="checkbox">
              {hit.kind === "trial" && <Checkbox size="small" checked={chosen.includes(hit.entity_id)} onChange={(e) => onChoose(hit.entity_id, e.target.checked)} slotProps={{ input: { "aria-label": t.catalogue.select(title), ...{ "data-testid": "trial-pick" } } }} />}
            </TableCell>
            <TableCell sx={{ minWidth: 230 }}><TextLink strong to={screenFor(hit.kind, hit.entity_id)} testId="hit">{title}</TextLink></TableCell>
            {mixed && <TableCell>{t.catalogue.kinds[hit.kind]}</TableCell>}
            <TableCell>{hit.kind === "trial" ? <TrialStatus status={hit.status} /> : hit.status}</TableCell>
            <TableCell>{hit.kind !== "project" && hit.project_id && <TextLink quiet to={screenFor("project", hit.project_id)}>{projects.get(hit.project_id) ?? hit.project_id.slice(0, 8)}</TextLink>}</TableCell>
            <TableCell>{hit.user_id}</TableCell>
            <TableCell title={when(hit.at)} sx={{ whiteSpace: "nowrap" }}>{ago(hit.at)}</TableCell>
            <TableCell><Stack direction="row" spacing={0.5} useFlexGap flexWrap="wrap">{(hit.tags ?? []).slice(0, 4).map((tag) => <Chip key={tag} label={`#${tag}`} variant="outlined" />)}</Stack></TableCell>
          </TableRow>
        );
      })}
    </Sheet>
  );
}
