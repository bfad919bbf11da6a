/** English texts of the states of a data object. */

export const states = {
  V0: "Folder is known, files not described yet",
  V1: "Files are described technically",
  V2: "Part of a complete metadata record",
  label: (s: string) => `State ${s}`,
};
