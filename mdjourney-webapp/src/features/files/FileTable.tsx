/** Rows of files, only as many in the page as can be seen; moved through with the keyboard. */
import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import Paper from "@mui/material/Paper";
import { styled } from "@mui/material/styles";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useId, useRef, type KeyboardEvent, type MouseEvent } from "react";
import type { FileEntry } from "../../api/types";
import { bytes, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { has, type Selection } from "./selection";

const ROW = 38;
const HIGH = 620;
const OVERSCAN = 6;
const SLOTS = Math.ceil(HIGH / ROW) + 2 * OVERSCAN + 2;
const COLUMNS = "36px minmax(180px, 1fr) 76px 150px 104px 52px 150px";
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 14, PageUp: -14, Home: -Infinity, End: Infinity };

interface Props {
  at: (index: number) => FileEntry | undefined;
  total: number;
  /** The row the keyboard is at; -1 for none yet. */
  cursor: number;
  onCursor: (index: number) => void;
  selection: Selection;
  onToggle: (index: number, path: string, range: boolean) => void;
  onToggleAll: () => void;
  /** Shift and an arrow: the rows between the two are selected. */
  onExtend: (from: number, to: number) => void;
  onOpen: (index: number) => void;
  onClose: () => void;
  onSee: (first: number, last: number) => void;
}

export function FileTable(props: Props) {
  const { at, total, cursor, selection, onSee, onToggleAll } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const rows = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: OVERSCAN });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onSee(first, last), [onSee, first, last]);
  const now = useRef(props);
  now.current = props;
  const pick = useCallback((index: number, path: string, event: MouseEvent) => {
    now.current.onCursor(index);
    now.current.onToggle(index, path, event.shiftKey);
  }, []);
  const open = useCallback((index: number) => {
    now.current.onCursor(index);
    now.current.onOpen(index);
  }, []);
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    const file = cursor >= 0 ? at(cursor) : undefined;
    if (step !== undefined) {
      const next = Math.min(total - 1, Math.max(0, cursor < 0 && step === 1 ? 0 : cursor + step));
      if (event.shiftKey && cursor >= 0 && Number.isFinite(step)) props.onExtend(cursor, next);
      props.onCursor(next);
      rows.scrollToIndex(next);
    } else if (event.key === " " && file) props.onOpen(cursor);
    else if (event.key === "Enter" && file) props.onOpen(cursor);
    else if (event.key === "x" && file) props.onToggle(cursor, file.file_path, false);
    else if (event.key === "Escape") props.onClose();
    else return;
    event.preventDefault();
  };
  // While rows fly by they keep their place in the page and only change what they say: moving elements costs their styles.
  const ordered = rows.isScrolling ? [...shown].sort((a, b) => (a.index % SLOTS) - (b.index % SLOTS)) : shown;
  const some = selection.paths.size > 0;
  return (
    <Paper variant="outlined" sx={{ overflow: "hidden", minWidth: 0 }}>
      <Box
        ref={scroller} role="grid" aria-label={t.files.table} aria-describedby={`${id}hint`} aria-rowcount={total + 1} aria-multiselectable tabIndex={0}
        aria-activedescendant={cursor >= first && cursor <= last ? `${id}r${cursor % SLOTS}` : undefined}
        onKeyDown={onKey}
        onFocus={(e) => e.target === e.currentTarget && cursor < 0 && total > 0 && props.onCursor(0)}
        sx={{ height: Math.min(HIGH, (total + 1) * ROW + 4), overflow: "auto", "&:focus-visible": { outline: 2, outlineColor: "primary.main", outlineOffset: -2 } }}
        data-testid="file-table"
      >
        <Box role="row" aria-rowindex={1} sx={{ ...head, position: "sticky", top: 0, zIndex: 1, bgcolor: "background.paper", fontWeight: 650, borderBottom: 1, borderColor: "divider" }}>
          <Box role="columnheader"><Checkbox size="small" sx={{ p: 0.5 }} checked={selection.all && !some} indeterminate={some} onChange={onToggleAll} slotProps={{ input: { "aria-label": t.files.selectAll } }} /></Box>
          {[t.files.path, t.files.size, t.files.type, t.files.role, t.files.state, t.files.modified].map((name, i) => <Box key={name} role="columnheader" sx={{ textAlign: i === 1 ? "right" : undefined }}>{name}</Box>)}
        </Box>
        <Box role="rowgroup" sx={{ height: rows.getTotalSize(), position: "relative" }}>
          {ordered.map((v) => {
            const file = at(v.index);
            return <FileRow key={v.index % SLOTS} id={`${id}r${v.index % SLOTS}`} file={file} index={v.index} start={v.start} checked={!!file && has(selection, file.file_path)} here={v.index === cursor} onPick={pick} onOpen={open} />;
          })}
        </Box>
      </Box>
      <Box id={`${id}hint`} sx={{ px: 1.5, py: 0.75, borderTop: 1, borderColor: "divider", fontSize: 12, color: "text.secondary" }}>{t.files.hint}</Box>
    </Paper>
  );
}

const head = { display: "grid", gridTemplateColumns: COLUMNS, columnGap: 1.5, alignItems: "center", height: ROW, px: 1, fontSize: 13, minWidth: 820 } as const;

const Line = styled("div")(({ theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    display: "grid", gridTemplateColumns: COLUMNS, columnGap: 12, alignItems: "center", height: ROW, paddingInline: 8, fontSize: 13, minWidth: 820,
    position: "absolute", top: 0, left: 0, right: 0, contain: "strict", cursor: "default",
    "&:hover": { backgroundColor: palette.action.hover },
    "&[aria-selected=true]": { backgroundColor: palette.action.selected },
    "&[data-here=true]": { boxShadow: `inset 3px 0 0 ${palette.primary.main}` },
    "&[data-gone=true]": { color: palette.text.secondary },
  };
});

const Cell = styled("span")(({ theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap",
    "&.quiet": { color: palette.text.secondary },
    "&.size": { textAlign: "right" },
    "&.gone": { textDecoration: "line-through" },
    "&.tick": { overflow: "visible", display: "grid", placeItems: "center" },
  };
});

const Tick = styled("input")(({ theme }) => ({ width: 18, height: 18, margin: 0, accentColor: (theme.vars ?? theme).palette.primary.main }));
const Mark = styled("span")({ border: "1px solid currentcolor", borderRadius: 999, padding: "1px 8px", fontSize: 11, fontWeight: 600 });

interface RowProps {
  id: string;
  file: FileEntry | undefined;
  index: number;
  start: number;
  checked: boolean;
  here: boolean;
  onPick: (index: number, path: string, event: MouseEvent) => void;
  onOpen: (index: number) => void;
}

const FileRow = memo(function FileRow({ id, file, index, start, checked, here, onPick, onOpen }: RowProps) {
  const place = { transform: `translateY(${start}px)` };
  const gone = file?.status === "removed";
  const path = file?.file_path ?? "";
  const state = !file || file.status === "present" ? (file?.role ?? "") : <Mark>{gone ? t.files.removed : t.files.growing}</Mark>;
  return (
    <Line id={id} role="row" aria-rowindex={index + 2} aria-selected={checked} data-testid={file ? "file-row" : "file-row-waiting"} data-path={path} data-gone={gone} data-here={here} style={place} onClick={() => file && onOpen(index)}>
      <Cell role="gridcell" className="tick" onClick={(e) => e.stopPropagation()}>{file && <Tick type="checkbox" tabIndex={-1} checked={checked} onChange={noop} onClick={(e) => onPick(index, path, e)} aria-label={t.files.select(path)} />}</Cell>
      <Cell role="gridcell" className={gone ? "gone" : file ? undefined : "quiet"} title={file?.file_description ? `${path}\n${file.file_description}` : path}>{file ? path : "…"}</Cell>
      <Cell role="gridcell" className="size">{bytes(file?.file_size_bytes)}</Cell>
      <Cell role="gridcell" className="quiet">{file?.mime_type}</Cell>
      <Cell role="gridcell">{state}</Cell>
      <Cell role="gridcell" title={file ? t.states[file.version_state] : undefined}>{file?.version_state}</Cell>
      <Cell role="gridcell" className="quiet">{when(file?.file_modified_utc)}</Cell>
    </Line>
  );
});

const noop = () => undefined;
