/** Brings a field into view and puts the cursor in it. */
import { parsePointer } from "../lib/pointer";

/** Goes to the field of a pointer, or to the nearest one around it. Returns false when none is drawn. */
export function focusField(pointer: string): boolean {
  const parts = ["root", ...parsePointer(pointer)];
  for (let n = parts.length; n > 1; n -= 1) {
    const id = parts.slice(0, n).join("_");
    const frame = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(id)}"]`);
    const control = document.getElementById(id) ?? frame?.querySelector<HTMLElement>("input, textarea, select, button");
    const target = frame ?? control;
    if (!target) continue;
    if (!control || control.id !== parts.join("_")) reveal(frame, parts.slice(n));
    target.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    (control ?? target).focus({ preventScroll: true });
    return true;
  }
  return false;
}

/** Asks a table that draws only what can be seen to go to a row and column itself. */
function reveal(frame: HTMLElement | null, rest: string[]): void {
  if (/^\d+$/.test(rest[0] ?? "")) frame?.dispatchEvent(new CustomEvent("mdj:reveal", { detail: { row: Number(rest[0]), column: rest[1] } }));
}
