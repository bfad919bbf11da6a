/** Two people's changes to one document, brought together field by field. */
import type { Content } from "../../api/types";

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

export const same = (a: unknown, b: unknown): boolean => a === b || stable(a) === stable(b);

/** JSON with sorted keys, so that order does not count as a change. */
function stable(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
    ) ?? "undefined"
  );
}

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
