/** Rows of files, only as many in the page as can be seen. */
import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import Paper from "@mui/material/Paper";
import { styled } from "@mui/material/styles";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import type { FileEntry } from "../../api/types";
import { bytes, when } from "../../lib/format";
import { t } from "../../lib/texts";

const ROW = 38;
/** Rows are used again for other files while scrolling, which is much cheaper than new ones: as many as are in the page at most. */
const HIGH = 620;
const OVERSCAN = 8;
const SLOTS = Math.ceil(HIGH / ROW) + 2 * OVERSCAN + 2;
const COLUMNS = "44px minmax(220px, 1fr) 90px 170px 110px 64px 170px";

interface Props {
  entries: FileEntry[];
  total: number;
  selected: ReadonlySet<string>;
  onSelect: (paths: ReadonlySet<string>) => void;
  /** Called when rows beyond the ones that are here come into sight. */
  onEnd: () => void;
}

export function FileTable({ entries, total, selected, onSelect, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: Math.max(total, entries.length), getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: OVERSCAN });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= entries.length - 100) onEnd();
  }, [last, entries.length, onEnd]);
  const now = useRef({ selected, onSelect });
  now.current = { selected, onSelect };
  const toggle = useCallback((path: string) => {
    const next = new Set(now.current.selected);
    if (!next.delete(path)) next.add(path);
    now.current.onSelect(next);
  }, []);
  const all = selected.size > 0 && selected.size === entries.length;
  return (
    <Paper variant="outlined" sx={{ overflow: "hidden" }}>
      <Box ref={scroller} role="table" aria-label={t.files.table} aria-rowcount={total + 1} tabIndex={0} sx={{ height: Math.min(HIGH, (total + 1) * ROW + 4), overflow: "auto" }} data-testid="file-table">
        <Box role="row" aria-rowindex={1} sx={{ ...row, position: "sticky", top: 0, zIndex: 1, bgcolor: "background.paper", fontWeight: 650, borderBottom: 1, borderColor: "divider" }}>
          <Box role="columnheader"><Checkbox size="small" checked={all} indeterminate={selected.size > 0 && !all} onChange={() => onSelect(selected.size > 0 ? new Set() : new Set(entries.map((e) => e.file_path)))} slotProps={{ input: { "aria-label": t.files.all } }} /></Box>
          {[t.files.path, t.files.size, t.files.type, t.files.role, t.files.state, t.files.modified].map((name, i) => <Box key={name} role="columnheader" sx={{ textAlign: i === 1 ? "right" : undefined }}>{name}</Box>)}
        </Box>
        <Box role="rowgroup" sx={{ height: rows.getTotalSize(), position: "relative" }}>
          {shown.map((v) => {
            const file = entries[v.index];
            return <FileRow key={v.index % SLOTS} file={file} index={v.index} start={v.start} checked={!!file && selected.has(file.file_path)} onToggle={toggle} />;
          })}
        </Box>
      </Box>
    </Paper>
  );
}

const row = { display: "grid", gridTemplateColumns: COLUMNS, columnGap: 1.5, alignItems: "center", height: ROW, px: 1, fontSize: 13, minWidth: 900 } as const;

const Line = styled("div")(({ theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    display: "grid", gridTemplateColumns: COLUMNS, columnGap: 12, alignItems: "center", height: ROW, paddingInline: 8, fontSize: 13, minWidth: 900,
    position: "absolute", top: 0, left: 0, right: 0,
    "&:hover": { backgroundColor: palette.action.hover },
    "&[data-checked=true]": { backgroundColor: palette.action.selected },
    "&[data-gone=true]": { color: palette.text.secondary, "& .path": { textDecoration: "line-through" } },
    "& > *": { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
    "& .quiet": { color: palette.text.secondary },
    "& .size": { textAlign: "right" },
    "& .tick": { overflow: "visible", display: "grid", placeItems: "center" },
    "& .tick input": { width: 18, height: 18, margin: 0, accentColor: palette.primary.main },
    "& .mark": { border: "1px solid currentcolor", borderRadius: 999, padding: "1px 8px", fontSize: 11, fontWeight: 600 },
  };
});

interface RowProps {
  file: FileEntry | undefined;
  index: number;
  start: number;
  checked: boolean;
  onToggle: (path: string) => void;
}

const FileRow = memo(function FileRow({ file, index, start, checked, onToggle }: RowProps) {
  const line = useRef<HTMLDivElement>(null);
  const before = useRef(index);
  useLayoutEffect(() => {
    // A row that now stands for another file must not keep the cursor.
    if (before.current !== index && line.current?.contains(document.activeElement)) line.current.closest<HTMLElement>("[role=table]")?.focus({ preventScroll: true });
    before.current = index;
  }, [index]);
  const place = { transform: `translateY(${start}px)` };
  if (!file) return <Line ref={line} role="row" aria-rowindex={index + 2} data-testid="file-row-waiting" style={place}><span role="cell" /><span role="cell" className="quiet">…</span></Line>;
  const gone = file.status === "removed";
  return (
    <Line ref={line} role="row" aria-rowindex={index + 2} data-testid="file-row" data-path={file.file_path} data-checked={checked} data-gone={gone} style={place}>
      <span role="cell" className="tick"><input type="checkbox" checked={checked} onChange={() => onToggle(file.file_path)} aria-label={t.files.select(file.file_path)} /></span>
      <span role="cell" className="path" title={file.file_description ? `${file.file_path}\n${file.file_description}` : file.file_path}>{file.file_path}</span>
      <span role="cell" className="size">{bytes(file.file_size_bytes)}</span>
      <span role="cell" className="quiet" title={file.mime_type ?? ""}>{file.mime_type}</span>
      <span role="cell">{file.status === "present" ? (file.role ?? "") : <span className="mark">{gone ? t.files.removed : t.files.growing}</span>}</span>
      <span role="cell"><span className="mark" title={t.states[file.version_state]}>{file.version_state}</span></span>
      <span role="cell" className="quiet">{when(file.file_modified_utc)}</span>
    </Line>
  );
});
