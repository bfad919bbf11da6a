/** Live news of the session over SSE, and what they make stale; polling takes over while the stream is away. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { base } from "./client";
import type { Progress } from "./types";

interface Live {
  connected: boolean;
  progress: Progress | null;
  set: (next: Partial<Live>) => void;
}

export const useLive = create<Live>((set) => ({ connected: false, progress: null, set }));

/** How long to wait between polls, in ms: rarely while the stream is there, often while it is not. */
export function usePollInterval(): number {
  return useLive((s) => (s.connected ? 30_000 : 3_000));
}

const KINDS = ["document", "ingest", "history", "sync", "health", "missed"] as const;

const STALE: Record<(typeof KINDS)[number], string[]> = {
  document: ["projects", "datasets", "dataset", "runs", "run", "document", "files", "inbox", "health", "origins"],
  ingest: ["datasets", "dataset", "files", "health", "projects"],
  history: ["history", "health", "origins"],
  sync: ["health", "attention", "catalogue"],
  health: ["health", "attention"],
  // what happened since the last event cannot be told any more: all of it may be old
  missed: ["projects", "datasets", "dataset", "runs", "run", "document", "files", "inbox", "health", "attention", "origins", "history", "catalogue", "schemas", "instruments"],
};

/** Listens until the returned function is called. News are gathered for 150 ms so that a burst refetches once. */
export function listen(queries: QueryClient): () => void {
  const source = new EventSource(`${base}/api/v1/events`);
  const stale = new Set<string>();
  let timer: number | undefined;
  const flush = () => {
    timer = undefined;
    for (const key of stale) void queries.invalidateQueries({ queryKey: [key] });
    stale.clear();
  };
  const note = (kind: (typeof KINDS)[number], event: MessageEvent<string>) => {
    if (kind === "ingest") noteProgress(event.data);
    for (const key of STALE[kind]) stale.add(key);
    timer ??= window.setTimeout(flush, 150);
  };
  source.onopen = () => useLive.getState().set({ connected: true });
  source.onerror = () => useLive.getState().set({ connected: false });
  for (const kind of KINDS) source.addEventListener(kind, (e) => note(kind, e as MessageEvent<string>));
  return () => {
    window.clearTimeout(timer);
    source.close();
    useLive.getState().set({ connected: false, progress: null });
  };
}

/** How far the ingest is; an event that tells of a batch only says nothing of it. */
function noteProgress(data: string): void {
  try {
    const body = JSON.parse(data) as { progress?: Progress | null };
    if (body.progress !== undefined) useLive.getState().set({ progress: body.progress });
  } catch {
    return;
  }
}
