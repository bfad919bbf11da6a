/** English texts of instruments. */

export const instruments = {
  title: "Instruments",
  lead: "Described once, linked from every run that used them.",
  empty: "No instrument yet",
  emptyHint: "Describe the ones your lab uses; runs then only link to them.",
  add: "Add an instrument",
  name: "Name",
  slug: "Folder name",
  back: "All instruments",
  pick: "Choose instruments",
};
