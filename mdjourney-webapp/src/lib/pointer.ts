/** JSON pointers (RFC 6901): reading, writing, and the id a form control has. */

export type Path = (string | number)[];

export function parsePointer(pointer: string): string[] {
  if (!pointer || pointer === "/") return [];
  const clean = pointer.startsWith("#") ? decodeURIComponent(pointer.slice(1)) : pointer;
  return clean.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function toPointer(path: Path): string {
  return path.map((part) => "/" + String(part).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** The value at a path, or undefined where the way ends. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (here === null || typeof here !== "object") return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

/** A copy of `value` in which the part at `path` is `next` (undefined removes it). */
export function withValueAt(value: unknown, path: Path, next: unknown): unknown {
  if (path.length === 0) return next;
  const [head, ...rest] = path as [string | number, ...Path];
  if (Array.isArray(value)) {
    const copy: unknown[] = value.slice();
    const inner = withValueAt(copy[Number(head)], rest, next);
    if (inner === undefined) copy.splice(Number(head), 1);
    else copy[Number(head)] = inner;
    return copy;
  }
  const copy = { ...((value ?? {}) as Record<string, unknown>) };
  const inner = withValueAt(copy[head], rest, next);
  if (inner === undefined) delete copy[head];
  else copy[head] = inner;
  return copy;
}

/** The id of the element that edits a pointer; rjsf builds the same one. */
export function fieldId(pointer: string): string {
  return ["root", ...parsePointer(pointer)].join("_");
}
