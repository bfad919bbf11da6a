/** Identifiers with a check digit: ORCID (ISO 7064, mod 11-2) and ROR (mod 97), and how a bare one is written in full. */

export type Verdict = "empty" | "unfinished" | "wrong" | "fine";

const ORCID = /^(?:https?:\/\/orcid\.org\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])$/;
const ROR = /^(?:https?:\/\/ror\.org\/)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})$/;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function orcidFits(id: string): boolean {
  const digits = id.replaceAll("-", "");
  let total = 0;
  for (const digit of digits.slice(0, 15)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return digits.at(-1)?.toUpperCase() === (check === 10 ? "X" : String(check));
}

function rorFits(id: string): boolean {
  let n = 0;
  for (const letter of id.slice(0, 7)) n = n * 32 + ALPHABET.indexOf(letter);
  return 98 - ((n * 100) % 97) === Number(id.slice(7));
}

export const KINDS = {
  orcid: { pattern: ORCID, fits: orcidFits, full: (id: string) => `https://orcid.org/${id.toUpperCase()}` },
  ror: { pattern: ROR, fits: rorFits, full: (id: string) => `https://ror.org/${id.toLowerCase()}` },
} as const;

export type IdKind = keyof typeof KINDS;

/** What can be said of a text while it is being typed. */
export function judgeId(kind: IdKind, text: string): Verdict {
  const clean = text.trim();
  if (clean === "") return "empty";
  const id = KINDS[kind].pattern.exec(kind === "ror" ? clean.toLowerCase() : clean)?.[1];
  if (id === undefined) return "unfinished";
  return KINDS[kind].fits(id) ? "fine" : "wrong";
}

/** The address an identifier is written as; other text stays as it is. */
export function fullId(kind: IdKind, text: string): string {
  const clean = text.trim();
  const id = KINDS[kind].pattern.exec(kind === "ror" ? clean.toLowerCase() : clean)?.[1];
  return id === undefined ? text : KINDS[kind].full(id);
}
