/** What a form leaves behind when somebody empties a field: nothing, so that unknown stays absent. */

/** A copy without `undefined`, empty text, and objects and lists that became empty. `keep` names top-level keys left as they are. */
export function prune(content: Record<string, unknown>, keep: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content)
      .map(([key, value]) => [key, keep.has(key) ? value : pruned(value)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function pruned(value: unknown): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (Array.isArray(value)) {
    const kept = value.map(pruned).filter((v) => v !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (typeof value === "object") {
    const kept = Object.entries(value).map(([k, v]) => [k, pruned(v)] as const).filter(([, v]) => v !== undefined);
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }
  return value;
}
