/** English texts of old bytes of data files. */
import { many } from "./many";

export const cache = {
  title: "Old versions of files",
  keeping: "How they are kept",
  ways: { copy: "as copies", reflink: "as copies that share blocks", none: "not at all: checksums only" },
  objects: "Versions",
  size: "Size",
  limit: "Limit",
  noLimit: "none",
  full: "full",
  collect: "Remove old versions",
  collectHint: "Removes the bytes of versions that were replaced long ago. Present files, metadata and history stay; only dvc checkout cannot bring those bytes back any more.",
  keepDays: "Keep versions of the last days",
  keepDaysHint: "Versions that were in force within these days stay.",
  daysRange: (most: number) => `A number from 0 to ${most.toLocaleString("en")}`,
  look: "See what would go",
  looking: "Reading history to see what is still needed",
  would: (n: number, size: string, all: string) => `${many(n, "version", "versions")} would go: ${size} of ${all}. This cannot be undone.`,
  nothing: "Nothing would go: every version is still needed.",
  remove: "Remove them",
  removing: "Removing",
  done: (n: number, size: string) => `${many(n, "version", "versions")} removed: ${size} are free again.`,
};
