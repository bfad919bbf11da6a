/** The first place where text stops being YAML, found in the browser; keys and values are the server's to judge. */
import { load, YAMLException } from "js-yaml";
import type { Fault } from "../../api/types";

export function firstFault(text: string): Fault | null {
  if (text.trim() === "") return null;
  try {
    load(text);
    return null;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = (error.mark?.line ?? 0) + 1;
    const source = text.split("\n")[line - 1] ?? "";
    const key = /^\s*([^:#\s][^:#]*):/.exec(source)?.[1]?.trim();
    const tab = /^\s*\t/.test(source);
    return { line, column: (error.mark?.column ?? 0) + 1, key, value: source.trim(), message: tab ? "a tab cannot indent YAML, use spaces" : error.reason };
  }
}
