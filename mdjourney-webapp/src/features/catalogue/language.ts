/** The search language seen from the box: the word under the caret, what may follow, terms taken in and out. */

import type { Facets, FieldName } from "../../api/catalogue";
import { t } from "../../lib/texts";

export interface Suggestion {
  kind: "field" | "tag" | "value" | "word";
  /** What is put in place of the word under the caret. */
  text: string;
  label: string;
  note?: string;
}

export interface Known {
  facets: Facets["facets"];
  fields: FieldName[];
  projects: Map<string, string>;
}

const COMPARE = /^(-?)([\p{L}_][\w.-]*)(:|!=|>=|<=|=|>|<)(.*)$/u;
const OPENERS: [string, string][] = [["kind:", "trial, project, dataset, file"], ["status:", "alive, clean, unclean, abandoned"], ["project:", ""], ["user:", ""], ["born > ", "2026-11-01"], ["tag:", ""], ["trial:", "linked with this trial"]];

/** What these can be, whether or not something is. */
const ALWAYS: Record<string, string[]> = { kind: ["trial", "project", "dataset", "file"], status: ["alive", "clean", "unclean", "abandoned"] };

/** The part of the text that a suggestion would replace. */
export function wordAt(text: string, caret: number): { from: number; word: string } {
  const head = text.slice(0, caret);
  const from = Math.max(head.lastIndexOf(" "), head.lastIndexOf("("), head.lastIndexOf("\n")) + 1;
  return { from, word: head.slice(from) };
}

/** The text without the word at `from`, and without an operator that would then hang in the air. */
export function without(text: string, from: number, word: string): string {
  return (text.slice(0, from) + text.slice(from + word.length)).replace(/(^|\s)(AND|OR|NOT)\s*$/i, "").trim();
}

/** The field that a word compares, as `status` in `-status:cl`; null when it compares none. */
export const comparedField = (word: string): string | null => COMPARE.exec(word)?.[2] ?? null;

export function quoted(value: string): string {
  return /[\s()"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}

export function termFor(facet: string, value: string): string {
  return facet === "tag" ? `#${value}` : `${facet}:${quoted(value)}`;
}

/** Puts a term into the query, or takes it out where it stands. */
export function toggled(query: string, term: string): string {
  const has = hasTerm(query, term);
  if (!has) return `${query.trim()} ${term}`.trim();
  return (` ${query} `).replace(` ${term} `, " ").trim();
}

export const hasTerm = (query: string, term: string) => ` ${query} `.includes(` ${term} `);

/** What may follow; nothing that stands there already. */
export function suggest(word: string, known: Known): Suggestion[] {
  return following(word, known).filter((s) => s.text.trim() !== word);
}

function following(word: string, known: Known): Suggestion[] {
  if (word.startsWith("#")) return tags(word.slice(1), known);
  const found = COMPARE.exec(word);
  if (found) return values(found, known);
  if (word === "") return [];
  const minus = word.startsWith("-") ? "-" : "";
  const low = word.toLowerCase().slice(minus.length);
  const fields = known.fields.filter((f) => f.field.toLowerCase().includes(low));
  return [
    ...OPENERS.filter(([f]) => f.startsWith(low)).map(([text, note]): Suggestion => ({ kind: "field", text: minus + text, label: text.trim(), note })),
    ...fields.sort((a, b) => rank(a.field, low) - rank(b.field, low) || b.uses - a.uses).map(({ field, type, uses }): Suggestion => ({ kind: "field", text: `${minus}${field} `, label: field, note: t.catalogue.fieldNote(type, uses) })),
    ...tags(low, known),
  ].slice(0, 8);
}

const rank = (field: string, low: string) => (field.split(".").at(-1)?.startsWith(low) ? 0 : field.startsWith(low) ? 1 : 2);

function tags(start: string, known: Known): Suggestion[] {
  return (known.facets.tag ?? []).filter((f) => f.value.startsWith(start.toLowerCase())).map((f): Suggestion => ({ kind: "tag", text: `#${f.value} `, label: `#${f.value}`, note: String(f.count) })).slice(0, 8);
}

function values([, minus = "", field = "", operator = "", start = ""]: RegExpExecArray, known: Known): Suggestion[] {
  const low = start.replace(/^"/, "").toLowerCase();
  const name = (value: string) => (field === "project" ? (known.projects.get(value) ?? value) : value);
  const counted = known.facets[field] ?? [];
  const always = (ALWAYS[field] ?? []).filter((value) => !counted.some((f) => f.value === value)).map((value) => ({ value, count: 0 }));
  return [...counted, ...always]
    .filter((f) => f.value.toLowerCase().includes(low) || name(f.value).toLowerCase().includes(low))
    .map((f): Suggestion => ({ kind: "value", text: `${minus}${field}${operator}${quoted(f.value)} `, label: name(f.value), note: f.count > 0 ? f.count.toLocaleString("en") : undefined }))
    .slice(0, 8);
}
