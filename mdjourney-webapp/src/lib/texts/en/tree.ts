/** English texts of projects and datasets. */
import { many } from "./many";

export const tree = {
  title: "Projects",
  label: "Projects and datasets",
  filter: "Filter",
  empty: "No project yet",
  emptyHint: (prefix: string) => `Make a folder whose name starts with “${prefix}” in the monitored folder. It appears here on its own.`,
  noDatasets: "No dataset yet. Every folder inside the project becomes one.",
  project: "Project",
  dataset: "Dataset",
  complete: "complete",
  missing: (n: number) => many(n, "answer is missing", "answers are missing"),
  owed: (n: number) => `${many(n, "answer is", "answers are")} still owed, here and below`,
  invalid: "not valid",
  overview: "Overview",
  pick: "Choose a project or dataset on the left",
  pickHint: "Folders you create in the monitored folder appear here within seconds.",
  datasets: (n: number) => many(n, "dataset", "datasets"),
  files: (n: number) => many(n, "file", "files"),
  runs: (n: number) => many(n, "run", "runs"),
};
