/** What is on its way to a dataset. */

export type UploadState = "waiting" | "sending" | "paused" | "offline" | "done" | "there" | "clash" | "failed" | "refused";

export interface Upload {
  id: number;
  datasetId: string;
  file: File;
  /** Where it goes, relative to the dataset. */
  path: string;
  sent: number;
  state: UploadState;
  /** Why it stands still. */
  reason?: string;
}

/** Nothing more will happen to it by itself. */
export const SETTLED: ReadonlySet<UploadState> = new Set(["done", "there", "clash", "failed", "refused"]);
/** Those people should look at. */
export const NEEDY: ReadonlySet<UploadState> = new Set(["clash", "failed", "refused"]);

/** `folder/name.csv` -> `folder/name (2).csv`; endings of two parts stay whole. */
export function renamed(path: string, n: number): string {
  const [, stem, ending] = /^(.*?[^/])((?:\.(?:nii|tar|fastq|fq|fasta|fa|vcf|ome))?\.[^./]+)?$/s.exec(path) ?? [path, path, ""];
  return `${stem} (${n})${ending ?? ""}`;
}
