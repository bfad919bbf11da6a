/** Two people's changes to one document, brought together field by field. */
import type { Content } from "../../api/types";
import { same } from "../../forms/same";

export { same };

export interface Clash {
  name: string;
  base: unknown;
  theirs: unknown;
  mine: unknown;
}

export interface Merge {
  /** Their version with my changes to fields they left alone. */
  merged: Content;
  /** Fields that both changed, differently. `merged` holds theirs. */
  clashes: Clash[];
}

const AUDIT = new Set(["created_by", "created_date", "last_modified_by", "last_modified_date"]);

export function merge(base: Content, theirs: Content, mine: Content): Merge {
  const merged: Content = { ...theirs };
  const clashes: Clash[] = [];
  for (const name of new Set([...Object.keys(base), ...Object.keys(theirs), ...Object.keys(mine)])) {
    if (AUDIT.has(name) || same(base[name], mine[name])) continue;
    if (same(base[name], theirs[name])) put(merged, name, mine[name]);
    else if (!same(theirs[name], mine[name])) clashes.push({ name, base: base[name], theirs: theirs[name], mine: mine[name] });
  }
  return { merged, clashes };
}

export function put(content: Content, name: string, value: unknown): void {
  if (value === undefined) delete content[name];
  else content[name] = value;
}
