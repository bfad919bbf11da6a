/** One document being edited: its base, the draft, undo and redo, saving with `If-Match`, and what to do on a conflict. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { ApiError, getDocument, putDocument } from "../../api/client";
import type { Content, Document, Fault } from "../../api/types";
import { prune } from "../../forms/prune";
import { parsePointer, valueAt } from "../../lib/pointer";
import { keep, kept } from "./draftStore";
import { merge, same, type Merge } from "./merge";

interface State {
  base: Content;
  etag: string;
  draft: Content;
  past: Content[];
  future: Content[];
  lastEdit: number;
}

type Action =
  | { do: "edit"; content: Content; at: number }
  | { do: "undo" | "redo" | "discard" }
  | { do: "based"; document: Document; draft?: Content };

const MOST_STEPS = 100;
const ONE_STEP_MS = 600;

function reduce(state: State, action: Action): State {
  switch (action.do) {
    case "edit": {
      if (same(action.content, state.draft)) return state;
      const joins = action.at - state.lastEdit < ONE_STEP_MS && state.past.length > 0;
      const past = joins ? state.past : [...state.past.slice(-MOST_STEPS), state.draft];
      return { ...state, draft: action.content, past, future: [], lastEdit: action.at };
    }
    case "undo": {
      const before = state.past.at(-1);
      return before ? { ...state, draft: before, past: state.past.slice(0, -1), future: [state.draft, ...state.future], lastEdit: 0 } : state;
    }
    case "redo": {
      const [next, ...rest] = state.future;
      return next ? { ...state, draft: next, past: [...state.past, state.draft], future: rest, lastEdit: 0 } : state;
    }
    case "discard":
      return { ...state, draft: state.base, past: [...state.past, state.draft], future: [], lastEdit: 0 };
    case "based":
      return { base: action.document.content, etag: action.document.etag, draft: action.draft ?? action.document.content, past: action.draft ? state.past : [], future: [], lastEdit: 0 };
  }
}

function begin(document: Document): State & { restored: boolean } {
  const old = kept(document.document);
  const fresh = { base: document.content, etag: document.etag, draft: document.content, past: [], future: [], lastEdit: 0 };
  if (!old || same(old.content, document.content)) return { ...fresh, restored: false };
  return { ...fresh, base: old.base, etag: old.etag, draft: old.content, restored: true };
}

export type SaveState = "idle" | "saving" | "saved" | "refused" | "failed" | "offline";

export interface Conflict extends Merge {
  latest: Document;
}

export interface Draft {
  content: Content;
  /** What was saved last, as far as it is known here. */
  base: Content;
  dirty: boolean;
  restored: boolean;
  newer: boolean;
  state: SaveState;
  refused: Fault[];
  error: ApiError | null;
  conflict: Conflict | null;
  canUndo: boolean;
  canRedo: boolean;
  edit: (content: Content) => void;
  undo: () => void;
  redo: () => void;
  discard: () => void;
  save: () => Promise<boolean>;
  resolve: (content: Content | null) => Promise<void>;
  closeConflict: () => void;
  /** Functions that commit text still held by its field. */
  pending: Set<() => void>;
}

export function useDraft(path: string, document: Document, systemNames: ReadonlySet<string>): Draft {
  const queries = useQueryClient();
  const [first] = useState(() => begin(document));
  const [state, dispatch] = useReducer(reduce, first);
  const [pending] = useState(() => new Set<() => void>());
  const [save, setSave] = useState<{ state: SaveState; refused: Fault[]; refusedContent: Content | null; error: ApiError | null }>({ state: "idle", refused: [], refusedContent: null, error: null });
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const now = useRef(state);
  now.current = state;
  const clean = useCallback((content: Content) => prune(content, systemNames), [systemNames]);
  const dirty = useMemo(() => !same(clean(state.draft), clean(state.base)), [state.draft, state.base, clean]);

  // A document that changed on the server is taken at once while nothing is typed here; one seen before is not taken again.
  const seen = useRef(document.etag);
  useEffect(() => {
    if (document.etag === seen.current) return;
    if (document.etag !== now.current.etag) {
      if (dirty || pending.size > 0) return;
      dispatch({ do: "based", document });
    }
    seen.current = document.etag;
  }, [document, dirty, pending]);

  useEffect(() => {
    const timer = window.setTimeout(() => keep(document.document, dirty ? { base: state.base, etag: state.etag, content: state.draft } : null), 300);
    return () => window.clearTimeout(timer);
  }, [dirty, state.base, state.etag, state.draft, document.document]);

  const accept = useCallback(
    (saved: Document, before: Content) => {
      // An answer that was asked for before the save must not come in after it.
      void queries.cancelQueries({ queryKey: ["document", path] });
      // What was typed while the save was under way stays in the draft.
      const later = now.current.draft;
      if (later === before) keep(saved.document, null);
      dispatch({ do: "based", document: saved, draft: later === before ? undefined : merge(before, saved.content, later).merged });
      queries.setQueryData(["document", path], saved);
      for (const key of ["projects", "datasets", "dataset", "runs", "run", "inbox", "history"]) void queries.invalidateQueries({ queryKey: [key] });
      setSave({ state: "saved", refused: [], refusedContent: null, error: null });
      setConflict(null);
    },
    [queries, path],
  );

  const send = useCallback(
    async (content: Content, etag: string): Promise<boolean> => {
      setSave({ state: "saving", refused: [], refusedContent: null, error: null });
      const before = now.current.draft;
      try {
        accept(await putDocument(path, content, etag), before);
        return true;
      } catch (e) {
        const error = e instanceof ApiError ? e : new ApiError(0, { detail: String(e) });
        if (error.status === 412) {
          const latest = await getDocument(path).catch(() => null);
          if (latest) {
            setSave({ state: "idle", refused: [], refusedContent: null, error: null });
            setConflict({ latest, ...merge(now.current.base, latest.content, content) });
            return false;
          }
        }
        const kind: SaveState = error.status === 0 || error.status === 502 || error.status === 503 ? "offline" : error.status === 422 ? "refused" : "failed";
        setSave({ state: kind, refused: error.errors, refusedContent: content, error });
        return false;
      }
    },
    [path, accept],
  );

  const flush = useCallback(() => {
    flushSync(() => {
      for (const commit of [...pending]) commit();
    });
  }, [pending]);

  const saveNow = useCallback(() => {
    flush();
    return send(clean(now.current.draft), now.current.etag);
  }, [flush, send, clean]);

  useRetry(save.state === "offline", saveNow);

  const refused = useMemo(
    () => save.refused.filter((f) => same(valueAt(save.refusedContent, parsePointer(f.pointer ?? "")), valueAt(state.draft, parsePointer(f.pointer ?? "")))),
    [save.refused, save.refusedContent, state.draft],
  );

  return {
    content: state.draft,
    base: state.base,
    dirty,
    restored: first.restored && dirty,
    newer: dirty && document.etag !== state.etag,
    state: save.state,
    refused,
    error: save.error,
    conflict,
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
    edit: useCallback((content: Content) => dispatch({ do: "edit", content, at: Date.now() }), []),
    undo: useCallback(() => {
      flush();
      dispatch({ do: "undo" });
    }, [flush]),
    redo: useCallback(() => {
      flush();
      dispatch({ do: "redo" });
    }, [flush]),
    discard: useCallback(() => {
      pending.clear();
      dispatch({ do: "discard" });
    }, [pending]),
    save: saveNow,
    resolve: async (content) => {
      if (!conflict) return;
      if (content) await send(clean(content), conflict.latest.etag);
      else accept(conflict.latest, now.current.draft);
    },
    closeConflict: () => setConflict(null),
    pending,
  };
}

const FIRST_RETRY_MS = 1_500;
const LONGEST_RETRY_MS = 20_000;

/** Saves again by itself after a save that got no answer: sooner at first, and at once when the browser is online again. */
function useRetry(waiting: boolean, save: () => Promise<boolean>) {
  const now = useRef(save);
  now.current = save;
  const tries = useRef(0);
  useEffect(() => {
    if (!waiting) return;
    const again = () => {
      tries.current += 1;
      void now.current().then((saved) => {
        if (saved) tries.current = 0;
      });
    };
    const timer = window.setTimeout(again, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries.current));
    window.addEventListener("online", again);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [waiting]);
}
