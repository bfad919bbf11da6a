/** The screens on which documents are edited, by their address in the API or by the place they lie in. */

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

interface Place {
  document: string;
  project_id: string | null;
  dataset_id: string | null;
  run_id: string | null;
}

/** Where a document that lies in a run, dataset or project is edited; null when none of them is known. */
export function screenOfPlace({ document, project_id, dataset_id, run_id }: Place): string | null {
  if (run_id) return `/workspace/runs/${run_id}`;
  if (dataset_id) return `/workspace/datasets/${dataset_id}/${document.endsWith("dataset_structural.json") ? "structure" : "describe"}`;
  return project_id && `/workspace/projects/${project_id}/describe`;
}
