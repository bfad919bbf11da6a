/** Which files are selected: some by name, or all that match but some. */

export interface Selection {
  all: boolean;
  /** The selected paths, or the ones left out when `all`. */
  paths: ReadonlySet<string>;
}

export const NOTHING: Selection = { all: false, paths: new Set() };
export const EVERYTHING: Selection = { all: true, paths: new Set() };

export const has = (selection: Selection, path: string) => selection.paths.has(path) !== selection.all;

export function withToggled(selection: Selection, path: string): Selection {
  const paths = new Set(selection.paths);
  if (!paths.delete(path)) paths.add(path);
  return { ...selection, paths };
}

/** With all of these selected, whatever they were. */
export function withAdded(selection: Selection, added: Iterable<string>): Selection {
  const paths = new Set(selection.paths);
  for (const path of added) {
    if (selection.all) paths.delete(path);
    else paths.add(path);
  }
  return { ...selection, paths };
}

export const sizeOf = (selection: Selection, total: number) => (selection.all ? Math.max(0, total - selection.paths.size) : selection.paths.size);
