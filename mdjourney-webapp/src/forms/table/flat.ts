/** Which lists can be drawn as a table: entries that are objects of plain values. */
import { humanize } from "../../lib/format";
import { fullId } from "../ids";
import { follow, isSchema, type Schema } from "../schema";

export interface Column {
  name: string;
  title: string;
  schema: Schema;
  needed: boolean;
}

const PLAIN = new Set(["string", "number", "integer", "boolean"]);
const CHOOSING = ["if", "allOf", "anyOf", "oneOf", "patternProperties"];

/** A list with more entries than this opens as a table. */
export const MANY_ROWS = 12;

/** Several short texts in one cell, with a semicolon between them. */
const isWords = (schema: Schema) => schema.type === "array" && isSchema(schema.items) && schema.items.type === "string" && !schema.items.enum;

/** What is being typed in a cell of several texts. */
export const lastPart = (text: string) => /[^;]*$/.exec(text)?.[0].trimStart() ?? "";

/** The columns of a list, or null when its entries are not flat. */
export function columnsOf(list: Schema, root: Schema): Column[] | null {
  const entry = isSchema(list.items) ? follow(list.items, root) : null;
  if (list.type !== "array" || !entry?.properties || CHOOSING.some((word) => entry[word] !== undefined)) return null;
  const needed = new Set([...(entry.required ?? []), ...(entry["x-required-to-complete"] ?? [])]);
  const columns = Object.entries(entry.properties).map(([name, raw]) => {
    const schema = follow(raw, root);
    return { name, title: schema.title ?? humanize(name), schema, needed: needed.has(name) };
  });
  const flat = columns.every(({ schema }) => isWords(schema) || (schema.enum ? schema.enum.every((v) => typeof v === "string") : typeof schema.type === "string" && PLAIN.has(schema.type)));
  return flat && columns.length > 1 ? columns : null;
}

/** A cell's text as the value its column takes; text that does not fit is kept as it is, so that it can be told. */
export function readCell(text: string, { schema }: Column): unknown {
  if (text.trim() === "") return undefined;
  if (schema.type === "array") return text.split(";").map((part) => part.trim()).filter(Boolean);
  if (schema.format === "orcid" || schema.format === "ror") return fullId(schema.format, text);
  if (schema.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (schema.type !== "number" && schema.type !== "integer") return text;
  const n = Number(text.replace(",", "."));
  return Number.isFinite(n) ? n : text;
}

export function showCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.every((v) => typeof v === "string")) return value.join("; ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Rows and cells of a piece of a spreadsheet that was pasted. */
export function readPaste(text: string): string[][] {
  return text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
}
