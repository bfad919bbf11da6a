/** One row of a table: plain controls, each holding its own text while somebody types. */
import DeleteIcon from "@mui/icons-material/DeleteOutline";
import { styled } from "@mui/material/styles";
import { memo } from "react";
import { useDeferredText, useFaults, type Row } from "../context";
import { t } from "../../lib/texts";
import { judgeId } from "../ids";
import { offerKind } from "../offers";
import { showCell, type Column } from "./flat";
import { offeredId } from "./Offered";

interface Props {
  id: string;
  index: number;
  start: number;
  height: number;
  template: string;
  row: Row;
  columns: Column[];
  fixed: boolean;
  put: (index: number, column: Column, text: string) => void;
  drop: (index: number) => void;
}

const Line = styled("div")(({ theme }) => ({
  position: "absolute", top: 0, left: 0, right: 0, display: "grid", alignItems: "stretch", minWidth: "fit-content", fontSize: 13,
  borderBottom: `1px solid ${(theme.vars ?? theme).palette.divider}`,
  "& > .number": { paddingInline: 8, alignSelf: "center", color: (theme.vars ?? theme).palette.text.secondary },
  "& input, & select": { width: "100%", height: "100%", border: 0, paddingInline: 8, font: "inherit", color: "inherit", background: "transparent" },
  "& select": { backgroundColor: (theme.vars ?? theme).palette.background.paper },
  "& :is(input, select):focus-visible": { outline: `2px solid ${(theme.vars ?? theme).palette.primary.main}`, outlineOffset: -2 },
  "& [aria-invalid=true]": { boxShadow: `inset 3px 0 0 ${(theme.vars ?? theme).palette.error.main}` },
  "& [data-owed=true]": { boxShadow: `inset 3px 0 0 ${(theme.vars ?? theme).palette.warning.main}` },
  "& button": { border: 0, height: "100%", display: "grid", placeItems: "center", background: "none", color: (theme.vars ?? theme).palette.text.secondary, cursor: "pointer", minWidth: 32, "& svg": { fontSize: 18 } },
}));

export const TableRow = memo(function TableRow({ id, index, start, height, template, row, columns, fixed, put, drop }: Props) {
  return (
    <Line role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${start}px)`, height, gridTemplateColumns: template }}>
      <span role="cell" className="number">{index + 1}</span>
      {columns.map((column) => (
        <div role="cell" key={column.name}>
          <Cell id={`${id}_${index}_${column.name}`} table={id} index={index} column={column} value={row[column.name]} fixed={fixed} put={put} />
        </div>
      ))}
      <div role="cell">{!fixed && <button type="button" aria-label={`${t.doc.remove} ${index + 1}`} onClick={() => drop(index)}><DeleteIcon /></button>}</div>
    </Line>
  );
});

interface CellProps {
  id: string;
  table: string;
  index: number;
  column: Column;
  value: unknown;
  fixed: boolean;
  put: Props["put"];
}

function Cell({ id, table, index, column, value, fixed, put }: CellProps) {
  const faults = useFaults(id);
  const { text, type, flush } = useDeferredText(showCell(value), (next) => put(index, column, next));
  const { format } = column.schema;
  const wrong = (format === "orcid" || format === "ror") && judgeId(format, text) === "wrong";
  const shared = {
    id, "data-row": index, "data-column": column.name, "data-owed": faults.missing || undefined, "aria-label": `${column.title} ${index + 1}`,
    "aria-invalid": faults.errors.length > 0 || wrong || undefined, title: [...faults.errors, ...(wrong ? [t.doc.idWrong] : [])].join(" ") || undefined,
  };
  const choices = column.schema.type === "boolean" ? ["true", "false"] : (column.schema.enum as string[] | undefined);
  if (choices && (text === "" || choices.includes(text))) {
    return (
      <select {...shared} value={text} disabled={fixed} onChange={(e) => put(index, column, e.target.value)}>
        <option value="">{t.doc.unset}</option>
        {choices.map((c) => <option key={c} value={c}>{column.schema.type === "boolean" ? (c === "true" ? t.doc.yes : t.doc.no) : c}</option>)}
      </select>
    );
  }
  return <input {...shared} list={!fixed && offerKind(column.schema) ? offeredId(table) : undefined} value={text} readOnly={fixed} autoComplete="off" type={column.schema.format === "date" && (text === "" || /^\d{4}-\d{2}-\d{2}$/.test(text)) ? "date" : "text"} onChange={(e) => type(e.target.value)} onBlur={flush} />;
}
