/** What a search found, in the columns that its kind has; trials can be ticked for a comparison. */
import Checkbox from "@mui/material/Checkbox";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import type { ReactNode } from "react";
import { screenFor, screenOf, type Hit, type Kind } from "../../api/catalogue";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { TrialStatus } from "../../components/TrialStatus";
import { ago, bytes, humanize, when } from "../../lib/format";
import { t } from "../../lib/texts";

interface Props {
  items: Hit[];
  label: string;
  testId: string;
  /** Null: of several kinds. */
  kind: Kind | null;
  projects: Map<string, string>;
  chosen: string[];
  onChoose: (id: string, on: boolean) => void;
}

type Column = "kind" | "status" | "project" | "dataset" | "type" | "size" | "who" | "when" | "tags";

const COLUMNS: Record<Kind | "mixed", Column[]> = {
  mixed: ["kind", "status", "project", "who", "when", "tags"],
  trial: ["status", "project", "who", "when", "tags"],
  project: ["status", "when", "tags"],
  dataset: ["project", "when", "tags"],
  file: ["dataset", "project", "type", "size", "when"],
};

const SHOWN: Record<Column, (hit: Hit, projects: Map<string, string>) => ReactNode> = {
  kind: (hit) => t.catalogue.kinds[hit.kind],
  status: (hit) => (hit.kind === "trial" ? <TrialStatus status={hit.status} /> : hit.status && humanize(hit.status)),
  project: (hit, projects) => hit.kind !== "project" && hit.project_id && <TextLink quiet to={screenFor("project", hit.project_id)}>{projects.get(hit.project_id) ?? hit.project_id.slice(0, 8)}</TextLink>,
  dataset: (hit) => hit.dataset_id && <TextLink quiet to={screenFor("dataset", hit.dataset_id)}>{hit.dataset_path?.split("/").slice(1).join("/") || hit.dataset_path || hit.dataset_id}</TextLink>,
  type: (hit) => hit.mime_type,
  size: (hit) => bytes(hit.size_bytes),
  who: (hit) => hit.user_id,
  when: (hit) => hit.at && <time dateTime={hit.at} title={when(hit.at)}>{ago(hit.at)}</time>,
  tags: (hit) => <Stack direction="row" spacing={0.5} useFlexGap flexWrap="wrap">{(hit.tags ?? []).slice(0, 4).map((tag) => <Chip key={tag} label={`#${tag}`} variant="outlined" />)}</Stack>,
};

const HEADS: Record<Column, string> = { kind: t.catalogue.kind, status: t.catalogue.status, project: t.catalogue.project, dataset: t.catalogue.dataset, type: t.catalogue.type, size: t.catalogue.size, who: t.catalogue.who, when: t.catalogue.when, tags: t.catalogue.tags };

export function HitTable({ items, label, testId, kind, projects, chosen, onChoose }: Props) {
  const columns = COLUMNS[kind ?? "mixed"];
  const picks = kind === null || kind === "trial";
  return (
    <Sheet label={label} head={[...(picks ? [""] : []), t.catalogue.title_, ...columns.map((c) => HEADS[c])]} actions={t.catalogue.compare} testId={testId}>
      {items.map((hit) => {
        const title = hit.title || hit.entity_id;
        return (
          <TableRow key={hit.kind + hit.entity_id} hover selected={chosen.includes(hit.entity_id)}>
            {picks && (
              <TableCell padding="checkbox">
                {hit.kind === "trial" && <Checkbox size="small" checked={chosen.includes(hit.entity_id)} onChange={(e) => onChoose(hit.entity_id, e.target.checked)} slotProps={{ input: { "aria-label": t.catalogue.select(title), ...{ "data-testid": "trial-pick" } } }} />}
              </TableCell>
            )}
            <TableCell sx={{ minWidth: 230 }}><TextLink strong to={screenOf(hit)} testId="hit">{title}</TextLink></TableCell>
            {columns.map((c) => <TableCell key={c} sx={{ whiteSpace: c === "when" || c === "size" ? "nowrap" : undefined }}>{SHOWN[c](hit, projects)}</TableCell>)}
          </TableRow>
        );
      })}
    </Sheet>
  );
}
