/** English texts of sending files into a dataset. */
import { many } from "./many";

export const uploads = {
  title: "Upload",
  choose: "Upload files",
  drop: "Drop files here to add them to the dataset",
  waiting: "waiting",
  done: "done",
  resume: "Continue",
  exists: "A file with this name is already there; it is never overwritten.",
  sending: (n: number) => `Sending ${many(n, "file", "files")}`,
};
