/** Which lists of a form are drawn as tables: those that can be, and are long or asked to be. */
import { useCallback, useMemo, useState, type RefObject } from "react";
import type { Content } from "../../api/types";
import type { Row, Tables } from "../context";
import type { Schema } from "../schema";
import { columnsOf, MANY_ROWS } from "./flat";

interface Split {
  tables: Tables;
  /** The schema in which a table is one field. */
  drawn: Schema;
}

export function useTables(schema: Schema, content: Content, now: RefObject<{ content: Content }>, change: (content: Content) => void): Split {
  const flat = useMemo(() => new Set(Object.entries(schema.properties ?? {}).filter(([, s]) => columnsOf(s, schema)).map(([name]) => name)), [schema]);
  const [shown, setShown] = useState<ReadonlySet<string>>(
    () => new Set([...flat].filter((name) => schema.properties?.[name]?.["x-widget"] === "table" || (Array.isArray(content[name]) && content[name].length > MANY_ROWS))),
  );
  const edit = useCallback(
    (name: string, how: (rows: Row[]) => Row[]) => {
      const before = now.current?.content ?? {};
      change({ ...before, [name]: how(Array.isArray(before[name]) ? (before[name] as Row[]) : []) });
    },
    [now, change],
  );
  const toggle = useCallback((name: string) => setShown((old) => new Set(old.has(name) ? [...old].filter((n) => n !== name) : [...old, name])), []);
  const drawn = useMemo(() => withTables(schema, shown), [schema, shown]);
  const tables = useMemo(() => ({ shown, edit, toggle, flat }), [shown, edit, toggle, flat]);
  return { tables, drawn };
}

function withTables(schema: Schema, shown: ReadonlySet<string>): Schema {
  if (shown.size === 0) return schema;
  const properties = { ...schema.properties };
  for (const name of shown) {
    const list = properties[name];
    if (!list) continue;
    const { title, description } = list;
    properties[name] = { title, description, type: "null", "x-group": list["x-group"], "x-order": list["x-order"], "x-filled-by": list["x-filled-by"], "x-table": list };
  }
  return { ...schema, properties };
}
