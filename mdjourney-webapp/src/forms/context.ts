/** What every field of one form shares: its values and faults as a store, pending text, and whether it may be edited. */
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Content } from "../api/types";
import type { Schema } from "./schema";

export interface FieldFaults {
  errors: string[];
  missing: boolean;
}

export const NO_FAULTS: FieldFaults = { errors: [], missing: false };

const equal = (a: FieldFaults, b: FieldFaults) => a.missing === b.missing && a.errors.length === b.errors.length && a.errors.every((e, i) => e === b.errors[i]);

/** Values and faults of a form. Whoever reads one is told only when that one changed. */
export class FormStore {
  private content: Content = {};
  private faults: ReadonlyMap<string, FieldFaults> = new Map();
  private readonly readers = new Set<() => void>();

  readonly subscribe = (reader: () => void) => {
    this.readers.add(reader);
    return () => {
      this.readers.delete(reader);
    };
  };

  all = (): Content => this.content;

  valueOf = (name: string): unknown => this.content[name];

  faultsOf = (id: string): FieldFaults => this.faults.get(id) ?? NO_FAULTS;

  set(content: Content, faults: ReadonlyMap<string, FieldFaults>): void {
    if (content === this.content && faults === this.faults) return;
    const before = this.faults;
    this.content = content;
    this.faults = before === faults ? before : new Map([...faults].map(([id, now]) => [id, known(before.get(id), now)]));
    for (const reader of [...this.readers]) reader();
  }
}

const known = (before: FieldFaults | undefined, now: FieldFaults) => (before && equal(before, now) ? before : now);

export interface FormShared {
  store: FormStore;
  /** Functions that commit text which is typed but not yet in the form's data. */
  pending: Set<() => void>;
  /** Names of the top-level fields of each section, in order. */
  sections: { id: string; title: string; names: string[] }[];
  /** Top-level fields of one plain value, drawn without rjsf. */
  plain: ReadonlyMap<string, Schema>;
  /** Sets one of them. */
  put: (name: string, value: unknown) => void;
  readOnly: boolean;
}

export const FormContext = createContext<FormShared>({ store: new FormStore(), pending: new Set(), sections: [], plain: new Map(), put: () => undefined, readOnly: false });

export type Row = Record<string, unknown>;

/** Long lists are drawn beside rjsf, which walks every value several times per change. */
export interface Tables {
  /** Names of the lists drawn as a table now. */
  shown: ReadonlySet<string>;
  /** Names of the lists that can be drawn as a table. */
  flat: ReadonlySet<string>;
  edit: (name: string, change: (rows: Row[]) => Row[]) => void;
  toggle: (name: string) => void;
}

export const TablesContext = createContext<Tables>({ shown: new Set(), flat: new Set(), edit: () => undefined, toggle: () => undefined });

export function useFaults(id: string): FieldFaults {
  const { store } = useContext(FormContext);
  return useSyncExternalStore(store.subscribe, () => store.faultsOf(id));
}

/** The value of a top-level field. */
export function useValue(name: string): unknown {
  const { store } = useContext(FormContext);
  return useSyncExternalStore(store.subscribe, useCallback(() => store.valueOf(name), [store, name]));
}

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
