/** Projects and their datasets as a tree that follows the disk; arrows, Home, End and Enter work. */
import ClosedIcon from "@mui/icons-material/ChevronRight";
import OpenIcon from "@mui/icons-material/ExpandMore";
import FolderIcon from "@mui/icons-material/FolderOpenOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useDatasets, useProjects } from "../../api/queries";
import type { Dataset, Project } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { StateChip } from "../../components/StateChip";
import { folderName } from "../../lib/format";
import { owedIn } from "../../lib/owed";
import { t } from "../../lib/texts";

/** `chosen` is the id of the project or dataset whose screen is open. */
export function ProjectTree({ chosen }: { chosen?: string }) {
  const projects = useProjects();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  if (projects.isPending) return <Lines n={5} height={30} />;
  if (projects.error && !projects.data) return <Failure error={projects.error} onRetry={() => void projects.refetch()} />;
  if (projects.data.length === 0) return <Empty icon={<FolderIcon />} title={t.tree.empty} hint={t.tree.emptyHint("p_")} />;
  const toggle = (id: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  return (
    <Box role="tree" aria-label={t.tree.label} onKeyDown={move} data-testid="tree">
      {projects.data.map((p, i) => (
        <ProjectNode key={p.project_id} project={p} open={!closed.has(p.project_id)} chosen={chosen} first={i === 0 && !chosen} onToggle={toggle} />
      ))}
    </Box>
  );
}

function ProjectNode({ project, open, chosen, first, onToggle }: { project: Project; open: boolean; chosen?: string; first: boolean; onToggle: (id: string, open: boolean) => void }) {
  const datasets = useDatasets(project.project_id, open);
  const navigate = useNavigate();
  const here = chosen === project.project_id;
  const go = () => void navigate(`/workspace/projects/${project.project_id}/describe`);
  const keys = (e: KeyboardEvent) => {
    if (e.key === "Enter" || e.key === " ") go();
    else if (e.key === "ArrowRight" && !open) onToggle(project.project_id, true);
    else if (e.key === "ArrowLeft" && open) onToggle(project.project_id, false);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <>
      <Item level={1} here={here} focusable={here || first} expanded={open} onClick={go} onKeyDown={keys} data-testid="tree-project" data-path={project.path} data-id={project.project_id}>
        <Box
          component="span"
          aria-hidden
          onClick={(e) => {
            e.stopPropagation();
            onToggle(project.project_id, !open);
          }}
          sx={{ display: "inline-flex", color: "text.secondary" }}
        >
          {open ? <OpenIcon fontSize="small" /> : <ClosedIcon fontSize="small" />}
        </Box>
        <Label title={project.title ?? folderName(project.path)} path={project.title ? folderName(project.path) : ""} strong />
        <Owed complete={project.complete && owedIn(project) === 0} valid={project.valid} missing={owedIn(project)} below />
      </Item>
      {open && (
        <Box role="group">
          {datasets.data?.map((d) => <DatasetNode key={d.dataset_id} dataset={d} here={chosen === d.dataset_id} />)}
        </Box>
      )}
      {open && datasets.data?.length === 0 && <Typography variant="caption" color="text.secondary" component="p" role="none" sx={{ pl: 4.5, pr: 1, pb: 1, m: 0 }}>{t.tree.noDatasets}</Typography>}
    </>
  );
}

function DatasetNode({ dataset, here }: { dataset: Dataset; here: boolean }) {
  const navigate = useNavigate();
  const go = () => void navigate(`/workspace/datasets/${dataset.dataset_id}/describe`);
  const keys = (e: KeyboardEvent) => {
    if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    e.stopPropagation();
    go();
  };
  return (
    <Item level={2} here={here} focusable={here} onClick={go} onKeyDown={keys} data-testid="tree-dataset" data-path={dataset.path} data-id={dataset.dataset_id} data-state={dataset.state}>
      <Label title={dataset.title ?? folderName(dataset.path)} path={`${dataset.title ? `${folderName(dataset.path)} · ` : ""}${t.tree.files(dataset.files)}`} />
      <StateChip state={dataset.state} />
      <Owed complete={dataset.complete && owedIn(dataset) === 0} valid={dataset.valid} missing={owedIn(dataset)} below />
    </Item>
  );
}

interface ItemProps {
  level: number;
  here: boolean;
  focusable: boolean;
  expanded?: boolean;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  children: ReactNode;
  "data-testid": string;
  "data-path": string;
  "data-id": string;
  "data-state"?: string;
}

function Item({ level, here, focusable, expanded, children, ...rest }: ItemProps) {
  return (
    <Box
      role="treeitem"
      aria-level={level}
      aria-selected={here}
      aria-expanded={expanded}
      tabIndex={focusable ? 0 : -1}
      {...rest}
      sx={{ display: "flex", alignItems: "center", gap: 0.75, pl: level === 1 ? 0.5 : 4.5, pr: 1, py: 0.6, borderRadius: 1, cursor: "pointer", bgcolor: here ? (theme) => `rgba(${theme.vars!.palette.primary.mainChannel} / 0.14)` : undefined, "&:hover": here ? undefined : { bgcolor: "action.hover" }, outline: "none", "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main", outlineOffset: -2 } }}
    >
      {children}
    </Box>
  );
}

function Label({ title, path, strong }: { title: string; path: string; strong?: boolean }) {
  return (
    <Box sx={{ flex: 1, minWidth: 0 }}>
      <Typography variant="body2" noWrap title={title} sx={{ fontWeight: strong ? 650 : 500 }}>{title}</Typography>
      {path && <Typography variant="caption" color="text.secondary" noWrap component="p" sx={{ m: 0, lineHeight: 1.3 }}>{path}</Typography>}
    </Box>
  );
}

/** Moves the focus over the visible items of the tree. */
function move(event: KeyboardEvent<HTMLElement>) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  const isChild = (item: HTMLElement | undefined) => item?.getAttribute("aria-level") === "2";
  const parent = event.key === "ArrowLeft" && isChild(items[at]) ? items.slice(0, at).findLast((item) => !isChild(item)) : undefined;
  const child = event.key === "ArrowRight" && isChild(items[at + 1]) && !isChild(items[at]) ? items[at + 1] : undefined;
  const target = to === undefined ? (parent ?? child) : items[to];
  if (!target) return;
  event.preventDefault();
  target.focus();
}
