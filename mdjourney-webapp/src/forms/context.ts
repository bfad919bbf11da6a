/** What every field of one form shares: faults by field id, pending text, and whether it may be edited. */
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";

export interface FieldFaults {
  errors: string[];
  missing: boolean;
}

export interface FormShared {
  faults: ReadonlyMap<string, FieldFaults>;
  /** Functions that commit text which is typed but not yet in the form's data. */
  pending: Set<() => void>;
  /** Names of the top-level fields of each section, in order. */
  sections: { id: string; title: string; names: string[] }[];
  readOnly: boolean;
}

export const FormContext = createContext<FormShared>({ faults: new Map(), pending: new Set(), sections: [], readOnly: false });

export const NO_FAULTS: FieldFaults = { errors: [], missing: false };

export const useFaults = (id: string): FieldFaults => useContext(FormContext).faults.get(id) ?? NO_FAULTS;

const COMMIT_AFTER_MS = 250;

/** Text held by its own field while somebody types; the form's data follow after a pause, on blur, or when asked to. */
export function useDeferredText(value: string, commit: (text: string) => void): { text: string; type: (text: string) => void; flush: () => void } {
  const { pending } = useContext(FormContext);
  const [text, setText] = useState(value);
  const state = useRef({ text: value, dirty: false, timer: 0, commit });
  state.current.commit = commit;
  const actions = useMemo(() => {
    const flush = () => {
      const now = state.current;
      window.clearTimeout(now.timer);
      pending.delete(flush);
      if (!now.dirty) return;
      now.dirty = false;
      now.commit(now.text);
    };
    const type = (next: string) => {
      const now = state.current;
      now.text = next;
      now.dirty = true;
      setText(next);
      pending.add(flush);
      window.clearTimeout(now.timer);
      now.timer = window.setTimeout(flush, COMMIT_AFTER_MS);
    };
    return { flush, type };
  }, [pending]);
  useEffect(() => {
    if (state.current.dirty || state.current.text === value) return;
    state.current.text = value;
    setText(value);
  }, [value]);
  useEffect(() => actions.flush, [actions]);
  return { text, ...actions };
}
