/** A list of flat entries as a table; only the rows that can be seen are in the page. */
import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { FieldProps } from "@rjsf/utils";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useContext, useEffect, useMemo, useRef, type ClipboardEvent, type KeyboardEvent } from "react";
import { TablesContext, useValue, type Row } from "../context";
import type { Schema } from "../schema";
import { FieldFrame } from "../templates/FieldFrame";
import { t } from "../../lib/texts";
import { columnsOf, readCell, readPaste, type Column } from "./flat";
import { offerKind } from "../offers";
import { Offered } from "./Offered";
import { TableRow } from "./TableRow";

const ROW = 36;
const HIGH = 480;
const NO_ROWS: Row[] = [];

export function TableField({ fieldPathId, schema, readonly, disabled, required, name, registry }: FieldProps) {
  const { edit, toggle } = useContext(TablesContext);
  const value = useValue(name);
  const id = fieldPathId.$id;
  const rows = Array.isArray(value) ? (value as Row[]) : NO_ROWS;
  const list = (schema as Schema)["x-table"] as Schema;
  const columns = useMemo(() => columnsOf(list, registry.rootSchema as Schema) ?? [], [list, registry.rootSchema]);
  const fixed = !!(readonly || disabled);
  const change = useCallback((how: (rows: Row[]) => Row[]) => edit(name, how), [edit, name]);
  const title = schema.title ?? name;
  return (
    <FieldFrame id={id} label={title} description={schema.description} required={required} filled={rows.length > 0} group>
      <Grid id={id} title={title} rows={rows} columns={columns} fixed={fixed} change={change} />
      <Stack direction="row" spacing={1} alignItems="center" sx={{ mt: 1 }}>
        {!fixed && <Button id={id} size="small" variant="outlined" startIcon={<AddIcon />} onClick={() => change((now) => [...now, {}])} aria-label={`${t.doc.add}: ${title}`}>{t.doc.add}</Button>}
        <Button size="small" onClick={() => toggle(name)} data-testid="as-cards">{t.doc.asCards}</Button>
        <Typography variant="body2" color="text.secondary" role="status">{t.doc.rows(rows.length)}</Typography>
      </Stack>
    </FieldFrame>
  );
}

interface GridProps {
  id: string;
  title: string;
  rows: Row[];
  columns: Column[];
  fixed: boolean;
  change: (how: (rows: Row[]) => Row[]) => void;
}

function Grid({ id, title, rows, columns, fixed, change }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 6, initialRect: { width: 900, height: HIGH } });
  const offering = columns.some((c) => offerKind(c.schema));
  const template = `52px repeat(${columns.length}, minmax(130px, 1fr)) 40px`;
  const go = useGo(id, rows.length, (row) => virtual.scrollToIndex(row, { align: "auto" }));

  useEffect(() => {
    const frame = scroller.current?.closest<HTMLElement>(`[data-field]`);
    const reveal = (event: Event) => {
      const { row, column } = (event as CustomEvent<{ row: number; column?: string }>).detail;
      go(row, column ?? columns[0]?.name ?? "");
    };
    frame?.addEventListener("mdj:reveal", reveal);
    return () => frame?.removeEventListener("mdj:reveal", reveal);
  }, [columns, go]);

  const put = useCallback((index: number, column: Column, text: string) => change((now) => now.map((row, i) => (i === index ? cell(row, column, text) : row))), [change]);
  const drop = useCallback((index: number) => change((now) => now.filter((_, i) => i !== index)), [change]);

  const keys = (event: KeyboardEvent) => {
    const at = placeOf(event.target);
    if (!at || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey) ? 1 : event.key === "ArrowUp" || event.key === "Enter" ? -1 : 0;
    if (step === 0 || (event.target instanceof HTMLSelectElement && event.key !== "Enter")) return;
    event.preventDefault();
    go(at.row + step, at.column);
  };
  const paste = (event: ClipboardEvent) => {
    const at = placeOf(event.target);
    const cells = readPaste(event.clipboardData.getData("text/plain"));
    if (!at || fixed || (cells.length === 1 && cells[0]?.length === 1)) return;
    event.preventDefault();
    const first = columns.findIndex((c) => c.name === at.column);
    change((now) => {
      const next = [...now];
      cells.forEach((line, r) => {
        let row = next[at.row + r] ?? {};
        line.forEach((text, c) => {
          const column = columns[first + c];
          if (column) row = cell(row, column, text);
        });
        next[at.row + r] = row;
      });
      return next;
    });
  };
  return (
    <>
    {offering && !fixed && <Offered id={id} scroller={scroller} columns={columns} />}
    <Box ref={scroller} role="table" aria-label={title} aria-rowcount={rows.length + 1} onKeyDown={keys} onPaste={paste} data-testid="rows" sx={{ height: Math.min(HIGH, (rows.length + 1) * ROW + 4), overflow: "auto", border: 1, borderColor: "divider", borderRadius: 1.5, bgcolor: "background.paper" }}>
      <Box role="row" aria-rowindex={1} sx={{ display: "grid", gridTemplateColumns: template, height: ROW, alignItems: "center", position: "sticky", top: 0, zIndex: 1, bgcolor: "background.paper", borderBottom: 1, borderColor: "divider", fontSize: 13, fontWeight: 650, minWidth: "fit-content" }}>
        <Box role="columnheader" sx={{ px: 1 }}>#</Box>
        {columns.map((c) => <Box key={c.name} role="columnheader" title={c.schema.description} sx={{ px: 1, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{c.title}{c.needed ? " *" : ""}</Box>)}
        <Box role="columnheader" aria-label={t.doc.remove} />
      </Box>
      <Box role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((v) => <TableRow key={v.index} id={id} index={v.index} start={v.start} height={ROW} template={template} row={rows[v.index] ?? {}} columns={columns} fixed={fixed} put={put} drop={drop} />)}
      </Box>
    </Box>
    </>
  );
}

function cell(row: Row, column: Column, text: string): Row {
  const value = readCell(text, column);
  if (value !== undefined) return { ...row, [column.name]: value };
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== column.name));
}

function placeOf(target: EventTarget): { row: number; column: string } | null {
  const { row, column } = target instanceof HTMLElement ? target.dataset : {};
  return row === undefined || column === undefined ? null : { row: Number(row), column };
}

/** Moves to a cell, first bringing its row into the page. */
function useGo(id: string, count: number, scrollTo: (row: number) => void) {
  const now = useRef({ count, scrollTo });
  now.current = { count, scrollTo };
  return useCallback(
    (row: number, column: string) => {
      if (row < 0 || row >= now.current.count) return;
      now.current.scrollTo(row);
      let tries = 0;
      const focus = () => {
        const control = document.getElementById(`${id}_${row}_${column}`);
        if (control) return control.focus({ preventScroll: true });
        tries += 1;
        if (tries < 20) requestAnimationFrame(focus);
      };
      focus();
    },
    [id],
  );
}
