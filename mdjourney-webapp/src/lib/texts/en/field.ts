/** English texts of what is said about the field at hand. */
export const field = {
  title: "About this field",
  none: "Go to a field to see its help, where its value came from, and what stood there before.",
  unsaved: "Changed here, not saved yet",
  kinds: { typed: "Typed", inherited: "Inherited", file: "Read from a file", copied: "Copied", default: "A default", system: "Filled by the system" } as Record<string, string>,
  from: (source: string) => `from ${source}`,
  by: (name: string) => `by ${name}`,
  past: "What stood here",
  noPast: "Nothing has been recorded for this field.",
  take: "Take this back",
  least: (n: string) => `at least ${n}`,
  most: (n: string) => `at most ${n}`,
  shortest: (n: number) => `${n} characters or more`,
  longest: (n: number) => `up to ${n} characters`,
  pattern: (p: string) => `like ${p}`,
  formats: { date: "a day", "date-time": "day and time", time: "a time", email: "an email address", uri: "a web address", orcid: "an ORCID", ror: "a ROR", uuid: "a UUID", spdx: "an SPDX licence" } as Record<string, string>,
};
