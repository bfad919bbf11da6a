/** English texts of the lab's overview. */
import { many } from "./many";

export const overview = {
  title: "Overview",
  lead: "How complete the lab's metadata are, what happens, and what needs a look.",
  numbers: { projects: "Projects", datasets: "Datasets", complete: "Datasets with a complete record", trials: "Trials", alive: "Running now", unclean: "Ended badly" },
  completeness: "Completeness by project",
  completenessHint: "A dataset is V0 when found, V1 when its files are described, V2 when a complete record covers it.",
  owed: (n: number) => many(n, "answer owed", "answers owed"),
  nothingOwed: "complete",
  perWeek: "Trials per week",
  perWeekHint: "The last twelve weeks",
  weekOf: (day: string, n: number) => `Week of ${day}: ${many(n, "trial", "trials")}`,
  noTrials: "No trial began in this time. Runs started in the workspace, by mdjourney run or by instruments appear here.",
  attention: "Needs a look",
  stale: "Running for more than two weeks",
  unclean: "Ended badly",
  calm: "No stale and no unclean trials.",
  showAll: "Show all",
  activity: "Latest changes",
  tags: "Most used tags",
  empty: "The catalogue is empty",
  emptyHint: "Start a session on a folder whose projects begin with p_. They are described and listed here on their own.",
  states: (v0: number, v1: number, v2: number) => `${v2} of ${many(v0 + v1 + v2, "dataset", "datasets")} at V2, ${v1} at V1, ${v0} at V0`,
  noDatasets: "no datasets",
};
