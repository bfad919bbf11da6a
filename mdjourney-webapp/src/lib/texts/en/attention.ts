/** English texts of documents that need a person. */
import { many } from "./many";

export const attention = {
  title: "Documents that need a look",
  lead: "Documents that cannot be read, or that the catalogue does not have as they are. What is on disk is kept as it is, in every case.",
  look: "See which, and what to do",
  none: "No document needs you",
  noneHint: "Every document can be read, and the catalogue has each as it is.",
  what: "What to do",
  hidden: (n: number) => `${many(n, "more document", "more documents")} in projects that are not shown to you: the folder of this config names projects that others have. Did you copy one? Take the copy out, or ask an admin of that project for a role in it. A lab admin sees which it is.`,
  unknown: (why: string) => `What the catalogue refused is not known here: ${why}.`,
  most: "Of each kind the first hundred are listed.",
  aside: (path: string) => `Set aside as ${path}`,
  says: (kind: string, id: string) => `Names ${kind} ${id}`,
  broken: {
    title: "Cannot be read, and there is no earlier version",
    says: "The file was cut short or is not JSON. It was set aside; the history has no version that can be read.",
    todo: ["Open the file that was set aside, mend it, and give it its name back.", "Or delete it: the document is begun anew."],
  },
  restored: {
    title: "Was unreadable, and the last good version is back",
    says: "The file was cut short or is not JSON. It was set aside, and the last version in the history put in its place.",
    todo: ["Compare the two: what was changed last may stand only in the file that was set aside.", "Then delete that file; this entry goes with it."],
  },
  refused: {
    title: "Not in the catalogue",
    says: "These documents are on disk and in the history, but the catalogue could not take them.",
    todo: ["Mend what is said beside each document and save it: it is sent again at once."],
  },
  tree: {
    title: (host: string | null, folder: string) => `Another folder was there first: ${folder}${host ? ` on ${host}` : ""}`,
    says: "These documents name projects, datasets or runs that the other folder told the catalogue of first. The catalogue shows what that folder says, and nothing of what these say.",
    todo: [
      "This folder is a copy: go on in the other one, and remove this.",
      "The copy is to be a project of its own: make a new project folder, copy the data into it without the .metadata folders, and take this one out. It is described under identifiers of its own; what was typed can be read in the documents taken out.",
      "It has moved here for good: take it out of the other folder while its session runs, see that the owner of this config is an admin of the project, then change and save each document, or ask a lab admin to run: mdjourney db sync.",
    ],
  },
  stranger: {
    title: "Another folder was there first",
    says: "These documents name projects, datasets or runs of a project you have no role in. The catalogue shows what its own folder says, and nothing of what these say.",
    todo: ["Did you copy a folder? Take the copy out, or ask whoever gave it to you.", "A lab admin sees which folder it is, and an admin of that project can give you a role in it."],
  },
  store: {
    title: "Recorded by a program, not by a folder",
    says: "These documents name trials that a program told the catalogue of. The catalogue keeps what the program said, and nothing of what these say.",
    todo: ["Start a new run for what you want to describe here: it gets an identifier of its own."],
  },
  kinds: { project: "project", dataset: "dataset", trial: "run" } as Record<string, string>,
};
