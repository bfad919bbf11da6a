/** English texts of the state of the session. */
import { many } from "./many";

export const health = {
  label: "State of the session",
  inStep: "In step",
  inStepHint: "Everything on disk is described, committed and catalogued.",
  working: "Working",
  workingFiles: (done: number, total: number) => `${done.toLocaleString("en")} of ${many(total, "file", "files")}`,
  pending: (n: number) => `${many(n, "file waits", "files wait")}`,
  growing: (n: number) => `${many(n, "file is", "files are")} still being written`,
  history: (n: number) => `${many(n, "change waits", "changes wait")} to be committed`,
  sync: (n: number, oldest: number | null) => `${many(n, "change waits", "changes wait")} for the catalogue${oldest === null ? "" : `, the oldest for ${Math.round(oldest)} s`}`,
  away: "The catalogue cannot be reached. Saving goes on; it catches up by itself.",
  off: "Catalogue is off for this config",
  offline: "No connection",
  offlineHint: "The server does not answer. What you type stays here.",
  attention: "Needs a look",
  unavailable: "The monitored folder is not available",
  corrupt: (n: number) => `${many(n, "document was", "documents were")} unreadable and moved aside`,
  refused: (n: number) => `The catalogue does not have ${many(n, "document", "documents")} as on disk`,
  schemas: (n: number) => `${many(n, "local schema has", "local schemas have")} a problem`,
  rescan: "Look again now",
  follower: "Another backend leads this tree",
  live: "Live",
  polling: "Asking every few seconds",
};
