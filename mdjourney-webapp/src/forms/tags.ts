/** The tags and links in a text, as the catalogue's connector reads them. */

const TAG = /(?<![\p{L}\p{N}_#/&:.])#(\p{L}[\p{L}\p{N}_.-]{0,99})/gu;
const LINK = /(?<![\p{L}\p{N}_])(trial|project):([\p{L}\p{N}_-][\p{L}\p{N}_.-]{0,99})/gu;

const trimmed = (text: string) => text.replace(/[.-]+$/, "").toLowerCase();

/** `#tag`, `trial:id` and `project:id`, each once, in the order they stand. */
export function tagsIn(text: string): string[] {
  if (!text.includes("#") && !text.includes(":")) return [];
  const found = [
    ...[...text.matchAll(TAG)].map((m) => ({ at: m.index, tag: `#${trimmed(m[1] ?? "")}` })),
    ...[...text.matchAll(LINK)].map((m) => ({ at: m.index, tag: `${m[1]}:${trimmed(m[2] ?? "")}` })),
  ];
  return [...new Set(found.sort((a, b) => a.at - b.at).map((f) => f.tag))];
}
