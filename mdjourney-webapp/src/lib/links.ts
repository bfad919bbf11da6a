/** The screen on which a document, named by its address in the API, is edited. */

const SCREENS: [RegExp, (id: string, document: string) => string][] = [
  [/\/projects\/([^/]+)\/metadata/, (id) => `/workspace/projects/${id}/describe`],
  [/\/datasets\/([^/]+)\/metadata\/([a-z_]+)/, (id, document) => `/workspace/datasets/${id}/${document === "dataset_structural" ? "structure" : "describe"}`],
  [/\/runs\/([^/]+)/, (id) => `/workspace/runs/${id}`],
  [/\/instruments\/([^/]+)/, (id) => `/workspace/instruments/${id}`],
];

/** Where to edit the field at `pointer` of the document that the API serves at `url`; null when no screen edits it. */
export function screenOf(url: string | undefined, pointer = ""): string | null {
  for (const [pattern, make] of SCREENS) {
    const found = url ? pattern.exec(url) : null;
    if (found) return make(found[1] ?? "", found[2] ?? "") + (pointer ? `?field=${encodeURIComponent(pointer)}` : "");
  }
  return null;
}
