/** English texts of history. */

export const history = {
  title: "History",
  empty: "Nothing has been recorded yet.",
  changes: "What changed",
  noChanges: "No field changed in this step.",
  before: "Before",
  after: "After",
  restoreAll: "Restore this version",
  restoreField: "Restore this field",
  restoreFieldAsk: (field: string) => `Make "${field}" what it was after this step? All other fields stay; the present value stays in the history.`,
  restored: "Restored",
  restoreAsk: "Replace the document by this version? The present one stays in the history.",
  more: "Show older",
  off: "History is off for this config.",
};
