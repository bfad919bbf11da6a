/** English texts of the tabs of a dataset. */

export const dataset = {
  tabs: { describe: "Describe", structure: "Structure", files: "Files", runs: "Runs", history: "History" },
  export: "Export",
};
