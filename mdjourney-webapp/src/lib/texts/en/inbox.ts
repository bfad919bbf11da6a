/** English texts of the inbox. */
import { many } from "./many";

export const inbox = {
  title: "Inbox",
  lead: "What only you can answer, over all datasets.",
  empty: "Nothing is waiting for you",
  emptyHint: "Every document is complete. New folders and runs will show up here.",
  count: (n: number) => many(n, "question", "questions"),
};
