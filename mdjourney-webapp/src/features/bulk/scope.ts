/** Which documents are meant: a kind, perhaps of one project or dataset. */
export interface Scope {
  kind: string;
  project: string;
  dataset: string;
}
