/** Text that is not saved yet, kept in this browser until it is. */
import type { Content } from "../../api/types";

export interface Kept {
  base: Content;
  etag: string;
  content: Content;
}

const key = (document: string) => `mdj-draft:${document}`;

/** Storage may be full or forbidden; a draft is then only in memory. */
export function keep(document: string, draft: Kept | null): void {
  try {
    if (draft) localStorage.setItem(key(document), JSON.stringify(draft));
    else localStorage.removeItem(key(document));
  } catch {
    return;
  }
}

export function kept(document: string): Kept | null {
  try {
    const text = localStorage.getItem(key(document));
    return text ? (JSON.parse(text) as Kept) : null;
  } catch {
    return null;
  }
}

/** Forgets every draft, as at sign-out. */
export function forgetDrafts(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith("mdj-draft:")) localStorage.removeItem(name);
}
