/** English texts of the tabs of a project. */

export const project = { tabs: { describe: "Describe", datasets: "Datasets", history: "History" } };
