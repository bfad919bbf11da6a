/** Documents that need a person, put together by what is to be done about them. */
import type { Attention } from "../../api/types";
import { t } from "../../lib/texts";

export interface Group {
  key: string;
  title: string;
  says: string;
  todo: string[];
  items: Attention[];
}

type Words = Omit<Group, "key" | "items">;

/** The group of a document: its key, and what is said of all in it. */
function groupOf({ kind, restored, held }: Attention): [string, Words] {
  if (kind === "set_aside") return restored ? ["restored", t.attention.restored] : ["broken", t.attention.broken];
  if (!held) return ["refused", t.attention.refused];
  if (held.by_store) return ["store", t.attention.store];
  if (held.folder === null) return ["stranger", t.attention.stranger];
  return [`tree ${held.host ?? ""} ${held.folder}`, { ...t.attention.tree, title: t.attention.tree.title(held.host, held.folder) }];
}

const WORST = ["broken", "refused", "tree", "stranger", "store", "restored"];
const rank = (key: string) => WORST.indexOf(key.split(" ")[0] ?? "");

/** Worst first: what is lost before what is only not shown. */
export function groupsOf(items: Attention[]): Group[] {
  const found = new Map<string, Group>();
  for (const item of items) {
    const [key, words] = groupOf(item);
    const group = found.get(key) ?? { key, ...words, items: [] };
    group.items.push(item);
    found.set(key, group);
  }
  return [...found.values()].sort((a, b) => rank(a.key) - rank(b.key));
}
