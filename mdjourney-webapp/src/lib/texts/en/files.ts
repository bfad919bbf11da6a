/** English texts of the files of a dataset. */
import { many } from "./many";

export const files = {
  search: "Search by path",
  path: "Path",
  size: "Size",
  type: "Type",
  role: "Role",
  state: "State",
  status: "Status",
  modified: "Changed",
  count: (n: number) => many(n, "file", "files"),
  empty: "No file yet",
  emptyHint: "Copy files into the folder. They are described once they stop changing.",
  nothing: "No file matches.",
  removed: "removed",
  growing: "being written",
  skipped: (n: number) => `${many(n, "thing", "things")} left out`,
  details: "File details",
  description: "Description",
  saveRole: "Save",
  none: "none",
  all: "All",
  selected: (n: number) => many(n, "file selected", "files selected"),
  setRole: "Set role",
  select: (path: string) => `Select ${path}`,
  table: "Files of this dataset",
};
