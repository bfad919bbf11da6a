/** Projects and their datasets as a tree that follows the disk; arrows, Home, End and Enter work. */
import ClosedIcon from "@mui/icons-material/ChevronRight";
import OpenIcon from "@mui/icons-material/ExpandMore";
import FolderIcon from "@mui/icons-material/FolderOpenOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { useDatasets, useProjects } from "../../api/queries";
import type { Dataset, Project } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { StateChip } from "../../components/StateChip";
import { folderName } from "../../lib/format";
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
  return (
    <Box
      role="treeitem"
      aria-expanded={open}
      aria-selected={here}
      aria-level={1}
      aria-label={project.title ?? folderName(project.path)}
      tabIndex={here || first ? 0 : -1}
      data-testid="tree-project"
      data-path={project.path}
      data-id={project.project_id}
      onKeyDown={(e) => {
        if (e.target !== e.currentTarget) return;
        if (e.key === "Enter" || e.key === " ") go();
        else if (e.key === "ArrowRight" && !open) onToggle(project.project_id, true);
        else if (e.key === "ArrowLeft" && open) onToggle(project.project_id, false);
        else return;
        e.preventDefault();
        e.stopPropagation();
      }}
      sx={{ outline: "none", "&:focus-visible > .row": focused }}
    >
      <Row here={here} onClick={go}>
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
        <Owed complete={project.complete} valid={project.valid} missing={project.missing} />
      </Row>
      {open && (
        <Box role="group">
          {datasets.data?.map((d) => <DatasetNode key={d.dataset_id} dataset={d} here={chosen === d.dataset_id} />)}
          {datasets.data?.length === 0 && <Typography variant="caption" color="text.secondary" component="p" sx={{ pl: 4.5, pr: 1, pb: 1, m: 0 }}>{t.tree.noDatasets}</Typography>}
        </Box>
      )}
    </Box>
  );
}

function DatasetNode({ dataset, here }: { dataset: Dataset; here: boolean }) {
  const navigate = useNavigate();
  const go = () => void navigate(`/workspace/datasets/${dataset.dataset_id}/describe`);
  return (
    <Box
      role="treeitem"
      aria-level={2}
      aria-selected={here}
      aria-label={dataset.title ?? folderName(dataset.path)}
      tabIndex={here ? 0 : -1}
      data-testid="tree-dataset"
      data-path={dataset.path}
      data-id={dataset.dataset_id}
      data-state={dataset.state}
      onKeyDown={(e) => {
        if (e.key !== "Enter" && e.key !== " ") return;
        e.preventDefault();
        e.stopPropagation();
        go();
      }}
      sx={{ outline: "none", "&:focus-visible > .row": focused }}
    >
      <Row here={here} onClick={go} indent>
        <Label title={dataset.title ?? folderName(dataset.path)} path={`${dataset.title ? `${folderName(dataset.path)} · ` : ""}${t.tree.files(dataset.files)}`} />
        <StateChip state={dataset.state} />
        <Owed complete={dataset.complete} valid={dataset.valid} missing={dataset.missing} />
      </Row>
    </Box>
  );
}

const focused = { outline: "2px solid", outlineColor: "primary.main", outlineOffset: -2 };

function Row({ here, indent, onClick, children }: { here: boolean; indent?: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <Box className="row" onClick={onClick} sx={{ display: "flex", alignItems: "center", gap: 0.75, pl: indent ? 4.5 : 0.5, pr: 1, py: 0.6, borderRadius: 1.5, cursor: "pointer", bgcolor: here ? (theme) => `rgba(${theme.vars!.palette.primary.mainChannel} / 0.14)` : undefined, "&:hover": here ? undefined : { bgcolor: "action.hover" } }}>
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
  const parent = event.key === "ArrowLeft" ? (document.activeElement?.parentElement?.closest<HTMLElement>('[role="treeitem"]') ?? null) : null;
  const child = event.key === "ArrowRight" ? (document.activeElement?.querySelector<HTMLElement>('[role="treeitem"]') ?? null) : null;
  const target = to === undefined ? (parent ?? child) : items[to];
  if (!target) return;
  event.preventDefault();
  target.focus();
}
