/** What the cell at hand can be filled with: one list for the whole table, filled when a cell is entered. */
import { useEffect, useState, type RefObject } from "react";
import { offerKind, useOffers } from "../offers";
import { lastPart, type Column } from "./flat";

export const offeredId = (table: string) => `${table}__offered`;

interface Asked {
  column: Column;
  text: string;
}

export function Offered({ id, scroller, columns }: { id: string; scroller: RefObject<HTMLElement | null>; columns: Column[] }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    const node = scroller.current;
    if (!node) return;
    const look = (event: Event) => {
      const cell = event.target;
      if (!(cell instanceof HTMLInputElement)) return;
      const column = columns.find((c) => c.name === cell.dataset.column);
      setAsked(column && offerKind(column.schema) ? { column, text: cell.value } : null);
    };
    node.addEventListener("focusin", look);
    node.addEventListener("input", look);
    return () => {
      node.removeEventListener("focusin", look);
      node.removeEventListener("input", look);
    };
  }, [columns, scroller]);
  const several = asked?.column.schema.type === "array";
  const typed = asked === null ? "" : several ? lastPart(asked.text) : asked.text;
  const offers = useOffers(asked && offerKind(asked.column.schema), typed);
  const before = asked !== null && several ? asked.text.slice(0, asked.text.length - typed.length) : "";
  const lead = before === "" || before.endsWith(" ") ? before : `${before} `;
  return <datalist id={offeredId(id)}>{offers.map(([value, name]) => <option key={value} value={`${lead}${value}`}>{name}</option>)}</datalist>;
}
