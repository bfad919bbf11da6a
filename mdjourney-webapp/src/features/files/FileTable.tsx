/** Rows of files, only as many in the page as can be seen. */
import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import Chip from "@mui/material/Chip";
import Paper from "@mui/material/Paper";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { FileEntry } from "../../api/types";
import { StateChip } from "../../components/StateChip";
import { bytes, when } from "../../lib/format";
import { t } from "../../lib/texts";

const ROW = 38;
const COLUMNS = "44px minmax(220px, 1fr) 90px 170px 110px 64px 170px";

interface Props {
  entries: FileEntry[];
  total: number;
  selected: ReadonlySet<string>;
  onSelect: (paths: ReadonlySet<string>) => void;
  onEnd: () => void;
}

export function FileTable({ entries, total, selected, onSelect, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: entries.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= entries.length - 20) onEnd();
  }, [last, entries.length, onEnd]);
  const toggle = (path: string) => {
    const next = new Set(selected);
    if (!next.delete(path)) next.add(path);
    onSelect(next);
  };
  const all = selected.size > 0 && selected.size === entries.length;
  return (
    <Paper variant="outlined" sx={{ overflow: "hidden" }}>
      <Box ref={scroller} role="table" aria-label={t.files.table} aria-rowcount={total + 1} tabIndex={0} sx={{ height: Math.min(620, (entries.length + 1) * ROW + 4), overflow: "auto" }} data-testid="file-table">
        <Box role="row" aria-rowindex={1} sx={{ ...row, position: "sticky", top: 0, zIndex: 1, bgcolor: "background.paper", fontWeight: 650, borderBottom: 1, borderColor: "divider" }}>
          <Box role="columnheader"><Checkbox size="small" checked={all} indeterminate={selected.size > 0 && !all} onChange={() => onSelect(selected.size > 0 ? new Set() : new Set(entries.map((e) => e.file_path)))} slotProps={{ input: { "aria-label": t.files.all } }} /></Box>
          {[t.files.path, t.files.size, t.files.type, t.files.role, t.files.state, t.files.modified].map((name, i) => <Box key={name} role="columnheader" sx={{ textAlign: i === 1 ? "right" : undefined }}>{name}</Box>)}
        </Box>
        <Box role="rowgroup" sx={{ height: rows.getTotalSize(), position: "relative" }}>
          {shown.map((v) => {
            const file = entries[v.index];
            return file && <FileRow key={file.file_identifier || file.file_path} file={file} index={v.index} start={v.start} checked={selected.has(file.file_path)} onToggle={toggle} />;
          })}
        </Box>
      </Box>
    </Paper>
  );
}

const row = { display: "grid", gridTemplateColumns: COLUMNS, columnGap: 1.5, alignItems: "center", height: ROW, px: 1, fontSize: 13, minWidth: 900 } as const;
const clip = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" } as const;

function FileRow({ file, index, start, checked, onToggle }: { file: FileEntry; index: number; start: number; checked: boolean; onToggle: (path: string) => void }) {
  const gone = file.status === "removed";
  return (
    <Box role="row" aria-rowindex={index + 2} data-testid="file-row" data-path={file.file_path} style={{ transform: `translateY(${start}px)` }} sx={{ ...row, position: "absolute", top: 0, left: 0, right: 0, color: gone ? "text.secondary" : "text.primary", bgcolor: checked ? "action.selected" : undefined, "&:hover": { bgcolor: "action.hover" } }}>
      <Box role="cell"><Checkbox size="small" checked={checked} onChange={() => onToggle(file.file_path)} slotProps={{ input: { "aria-label": t.files.select(file.file_path) } }} /></Box>
      <Box role="cell" sx={{ ...clip, textDecoration: gone ? "line-through" : undefined }} title={file.file_description ? `${file.file_path}\n${file.file_description}` : file.file_path}>{file.file_path}</Box>
      <Box role="cell" sx={{ textAlign: "right", whiteSpace: "nowrap" }}>{bytes(file.file_size_bytes)}</Box>
      <Box role="cell" sx={{ ...clip, color: "text.secondary" }} title={file.mime_type ?? ""}>{file.mime_type}</Box>
      <Box role="cell">{file.status === "present" ? (file.role ?? "") : <Chip label={gone ? t.files.removed : t.files.growing} variant="outlined" color={gone ? "default" : "warning"} sx={{ height: 20 }} />}</Box>
      <Box role="cell"><StateChip state={file.version_state} /></Box>
      <Box role="cell" sx={{ ...clip, color: "text.secondary" }}>{when(file.file_modified_utc)}</Box>
    </Box>
  );
}
