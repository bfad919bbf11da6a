/** Which field of a form somebody is in, or was in last; F2 goes to what is said about it, Escape back. */
import { useEffect, useState, type RefObject } from "react";

const fieldAround = (target: EventTarget | null): string | null => {
  const frame = target instanceof Element ? target.closest<HTMLElement>("[data-field]") : null;
  const row = target instanceof HTMLElement && target.dataset.row !== undefined ? target.id : null;
  return row ?? frame?.dataset.field?.replace(/__kinds$/, "") ?? null;
};

/** `form` holds the fields, `panel` what is said about the one at hand. */
export function useFocusedField(form: RefObject<HTMLElement | null>, panel: RefObject<HTMLElement | null>): string | null {
  const [field, setField] = useState<string | null>(null);
  useEffect(() => {
    const node = form.current;
    if (!node) return;
    let last: HTMLElement | null = null;
    const enter = (event: FocusEvent) => {
      const found = fieldAround(event.target);
      if (found === null) return;
      last = event.target as HTMLElement;
      setField(found);
    };
    const press = (event: KeyboardEvent) => {
      const inside = panel.current?.contains(event.target as Node) === true;
      if (event.key === "F2" && last && !inside) {
        event.preventDefault();
        panel.current?.focus();
      } else if (inside && (event.key === "Escape" || event.key === "F2")) {
        event.preventDefault();
        last?.focus();
      }
    };
    node.addEventListener("focusin", enter);
    window.addEventListener("keydown", press);
    return () => {
      node.removeEventListener("focusin", enter);
      window.removeEventListener("keydown", press);
    };
  }, [form, panel]);
  return field;
}
