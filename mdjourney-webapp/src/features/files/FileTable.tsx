/**
 * Rows of files, only as many in the page as can be seen; moved through with the keyboard.
 *
 * The rows in the page are always the same elements in the same places, below an empty one that grows: scrolling changes
 * what they say, and nothing of their styles. Adding, moving or shifting rows makes the browser find the styles of all of
 * them and their cells anew, and in Chromium the longer one scrolled the longer that took: 2 ms grew to 600.
 */
import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import { styled } from "@mui/material/styles";
import { memo, useCallback, useEffect, useId, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import type { FileEntry } from "../../api/types";
import { bytes, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { has, type Selection } from "./selection";

const ROW = 38;
const HIGH = 620;
const OVERSCAN = 6;
/** Rows are changed when so many have been scrolled by. */
const STEP = 4;
const SLOTS = Math.ceil(HIGH / ROW) + 2 * OVERSCAN + STEP;
const COLUMNS = "36px minmax(160px, 1fr) 70px 136px 96px 44px 138px";
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 14, PageUp: -14, Home: -Infinity, End: Infinity };
/** Stands for nothing: a text that changes is cheaper than one that comes and goes. */
const NOTHING = "\u00a0";

interface Props {
  at: (index: number) => FileEntry | undefined;
  total: number;
  /** The row the keyboard is at; -1 for none yet. */
  cursor: number;
  onCursor: (index: number) => void;
  selection: Selection;
  /** One file is selected or not, or with `range` all from the one before to this. */
  onToggle: (index: number, path: string, range: boolean) => void;
  onToggleAll: () => void;
  /** Shift and an arrow: the rows between the two are selected. */
  onExtend: (from: number, to: number) => void;
  /** A row was asked to be shown; with `toggle` not any longer if it is. */
  onOpen: (index: number, toggle: boolean) => void;
  onClose: () => void;
  onSee: (first: number, last: number) => void;
}

export function FileTable(props: Props) {
  const { at, total, cursor, selection, onSee, onToggleAll } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const slots = Math.min(total, SLOTS);
  const [wanted, setWanted] = useState(0);
  const start = Math.max(0, Math.min(wanted, total - slots));
  useEffect(() => onSee(start, Math.max(start, start + slots - 1)), [onSee, start, slots]);
  const now = useRef(props);
  now.current = props;
  const pick = useCallback((index: number, path: string, event: MouseEvent) => now.current.onToggle(index, path, event.shiftKey), []);
  const open = useCallback((index: number) => now.current.onOpen(index, false), []);
  const show = (index: number) => {
    const box = scroller.current;
    if (!box) return;
    const [top, room] = [index * ROW, box.clientHeight - ROW];
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + room) box.scrollTop = top + ROW - room;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    const file = cursor >= 0 ? at(cursor) : undefined;
    if (step !== undefined) {
      const next = Math.min(total - 1, Math.max(0, cursor < 0 && step === 1 ? 0 : cursor + step));
      if (event.shiftKey && cursor >= 0 && Number.isFinite(step)) props.onExtend(cursor, next);
      props.onCursor(next);
      show(next);
    } else if ((event.key === " " || event.key === "Enter") && file) props.onOpen(cursor, true);
    else if (event.key === "x" && file) props.onToggle(cursor, file.file_path, false);
    else if (event.key === "Escape") props.onClose();
    else return;
    event.preventDefault();
  };
  const some = selection.paths.size > 0;
  const rowId = (slot: number) => `${id}r${slot}`;
  return (
    <Paper variant="outlined" sx={{ overflow: "hidden", minWidth: 0 }}>
      <Box
        ref={scroller} role="grid" aria-label={t.files.table} aria-describedby={`${id}hint`} aria-rowcount={total + 1} aria-multiselectable tabIndex={0}
        aria-activedescendant={cursor >= start && cursor < start + slots ? rowId(cursor - start) : undefined}
        onKeyDown={onKey}
        onScroll={(e) => setWanted(startOf(e.currentTarget.scrollTop))}
        onFocus={(e) => e.target === e.currentTarget && cursor < 0 && total > 0 && props.onCursor(0)}
        sx={{ height: Math.min(HIGH, (total + 1) * ROW + 4), overflow: "auto", overflowAnchor: "none", "&:focus-visible": { outline: 2, outlineColor: "primary.main", outlineOffset: -2 } }}
        data-testid="file-table"
      >
        <Box role="row" aria-rowindex={1} sx={{ ...head, position: "sticky", top: 0, zIndex: 1, bgcolor: "background.paper", fontWeight: 650, borderBottom: 1, borderColor: "divider" }}>
          <Box role="columnheader" sx={{ display: "grid", placeItems: "center" }}><Tick type="checkbox" ref={(box: HTMLInputElement | null) => { if (box) box.indeterminate = some; }} checked={selection.all && !some} onChange={onToggleAll} aria-label={t.files.selectAll} /></Box>
          {[t.files.path, t.files.size, t.files.type, t.files.role, t.files.state, t.files.modified].map((name, i) => <Box key={name} role="columnheader" sx={{ textAlign: i === 1 ? "right" : undefined }}>{name}</Box>)}
        </Box>
        <div style={{ height: start * ROW }} />
        <div role="rowgroup" onMouseOver={sayWhole}>
          {Array.from({ length: slots }, (_, slot) => {
            const file = at(start + slot);
            return <FileRow key={slot} id={rowId(slot)} file={file} index={start + slot} checked={!!file && has(selection, file.file_path)} here={start + slot === cursor} onPick={pick} onOpen={open} />;
          })}
        </div>
        <div style={{ height: (total - start - slots) * ROW }} />
      </Box>
      <Box id={`${id}hint`} sx={{ px: 1.5, py: 0.75, borderTop: 1, borderColor: "divider", fontSize: 12, color: "text.secondary" }}>{t.files.hint}</Box>
    </Paper>
  );
}

/** The first row that should be in the page when the list is scrolled down by `top` px. */
export const startOf = (top: number) => Math.max(0, Math.floor((Math.floor(top / ROW) - OVERSCAN) / STEP) * STEP);

/** What does not fit into its cell is said while the mouse is over it. */
function sayWhole(event: MouseEvent) {
  const cell = event.target;
  if (cell instanceof HTMLElement && cell.getAttribute("role") === "gridcell" && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
}

const head = { display: "grid", gridTemplateColumns: COLUMNS, columnGap: 1.5, alignItems: "center", height: ROW, px: 1, fontSize: 13, minWidth: 768 } as const;

const Line = styled("div")(({ theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    display: "grid", gridTemplateColumns: COLUMNS, columnGap: 12, alignItems: "center", height: ROW, paddingInline: 8, fontSize: 13, minWidth: 768,
    boxSizing: "border-box", contain: "layout style paint", cursor: "default",
    "&:hover": { backgroundColor: palette.action.hover },
    "&[aria-selected=true]": { backgroundColor: palette.action.selected },
    "&[data-here=true]": { boxShadow: `inset 3px 0 0 ${palette.primary.main}` },
    "&[data-gone=true]": { color: palette.text.secondary, textDecoration: "line-through" },
  };
});

const Cell = styled("span")(({ theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap",
    "&.quiet": { color: palette.text.secondary },
    "&.size": { textAlign: "right" },
    "&.tick": { overflow: "visible", display: "grid", placeItems: "center" },
  };
});

const Tick = styled("input")(({ theme }) => ({ width: 18, height: 18, margin: 0, accentColor: (theme.vars ?? theme).palette.primary.main }));

interface RowProps {
  id: string;
  file: FileEntry | undefined;
  index: number;
  checked: boolean;
  here: boolean;
  onPick: (index: number, path: string, event: MouseEvent) => void;
  onOpen: (index: number) => void;
}

const FileRow = memo(function FileRow({ id, file, index, checked, here, onPick, onOpen }: RowProps) {
  const path = file?.file_path ?? "";
  const gone = file?.status === "removed";
  const state = !file || file.status === "present" ? file?.role : gone ? t.files.removed : t.files.growing;
  return (
    <Line id={id} role="row" aria-rowindex={index + 2} aria-selected={checked} data-testid={file ? "file-row" : "file-row-waiting"} data-path={path} data-gone={gone} data-here={here} onClick={() => file && onOpen(index)}>
      <Cell role="gridcell" className="tick" onClick={stop}><Tick type="checkbox" tabIndex={-1} checked={checked} onChange={noop} onClick={(e) => file && onPick(index, path, e)} aria-label={t.files.select(path)} /></Cell>
      <Cell role="gridcell">{file ? path : "…"}</Cell>
      <Cell role="gridcell" className="size">{bytes(file?.file_size_bytes) || NOTHING}</Cell>
      <Cell role="gridcell" className="quiet">{file?.mime_type || NOTHING}</Cell>
      <Cell role="gridcell">{state || NOTHING}</Cell>
      <Cell role="gridcell">{file?.version_state ?? NOTHING}</Cell>
      <Cell role="gridcell" className="quiet">{when(file?.file_modified_utc) || NOTHING}</Cell>
    </Line>
  );
});

const noop = () => undefined;
const stop = (event: MouseEvent) => event.stopPropagation();
