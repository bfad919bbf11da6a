/** What a form leaves behind when somebody empties a field: nothing, so that unknown stays absent. */

/**
 * The content without `undefined`, empty text, and objects and lists that became empty. `keep` names top-level keys left
 * as they are. A part in which nothing had to go is handed on as it is, so that what was judged once is known again.
 */
export function prune(content: Record<string, unknown>, keep: ReadonlySet<string>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const inner = keep.has(key) ? value : pruned(value);
    if (inner !== undefined) kept[key] = inner;
  }
  return kept;
}

function pruned(value: unknown): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (Array.isArray(value)) return prunedList(value);
  return typeof value === "object" ? prunedObject(value as Record<string, unknown>) : value;
}

/** A `null` between others holds a place: what follows it must not move up. */
function prunedList(list: unknown[]): unknown {
  const kept = list.map((v) => (v === null ? null : pruned(v))).filter((v) => v !== undefined);
  while (kept.length > 0 && kept.at(-1) === null) kept.pop();
  if (kept.length === 0) return undefined;
  return kept.length === list.length && kept.every((v, i) => v === list[i]) ? list : kept;
}

function prunedObject(object: Record<string, unknown>): unknown {
  const before = Object.entries(object);
  const kept = before.map(([k, v]) => [k, pruned(v)] as const).filter(([, v]) => v !== undefined);
  if (kept.length === 0) return undefined;
  return kept.length === before.length && kept.every(([, v], i) => v === before[i]?.[1]) ? object : Object.fromEntries(kept);
}
