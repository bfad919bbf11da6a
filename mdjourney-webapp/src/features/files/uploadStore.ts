/** The uploads of this page: a few at a time, paused, gone on with, and tried again when the connection comes back. */
import { create } from "zustand";
import { remove } from "../../api/client";
import { t } from "../../lib/texts";
import { asPrefix, type Found } from "./dropped";
import { addressOf, sendFile, type Outcome } from "./sendFile";
import { renamed, SETTLED, type Upload } from "./uploadTypes";

const AT_ONCE = 3;
const PAUSES = [1_000, 2_000, 5_000, 10_000, 20_000];

interface Uploads {
  /** The dataset whose upload panel is open. */
  open: string | null;
  uploads: Upload[];
  paused: boolean;
  /** The folder of the dataset that files are brought into, as it was typed. */
  into: string;
  /** Why nothing came of what was brought last. */
  note: string | null;
  putInto: (folder: string) => void;
  /** Opens the panel and adds what was chosen or dropped, below the folder typed. */
  bring: (datasetId: string, files: Promise<Found[]>) => Promise<void>;
  show: (datasetId: string | null) => void;
  add: (datasetId: string, files: { file: File; path: string }[]) => void;
  pause: () => void;
  go: () => void;
  retry: (ids: number[]) => void;
  keepBoth: (ids: number[]) => void;
  cancel: (ids: number[]) => void;
  clear: () => void;
}

let last = 0;
const running = new Map<number, AbortController>();
const tries = new Map<number, number>();
const started = new Set<number>();
const timers = new Map<number, number>();

export const useUploads = create<Uploads>((set, get) => ({
  open: null,
  uploads: [],
  paused: false,
  into: "",
  note: null,
  putInto: (into) => set({ into }),
  bring: async (datasetId, files) => {
    get().show(datasetId);
    try {
      const found = await files;
      const inside = asPrefix(get().into);
      get().add(datasetId, found.map((f) => ({ ...f, path: inside + f.path })));
      if (found.length === 0) set({ note: t.files.upload.nothing });
    } catch (error) {
      set({ note: t.files.upload.unreadable(error instanceof Error ? error.message : String(error)) });
    }
  },
  show: (open) => set((s) => ({ open, note: null, into: open === s.open ? s.into : "" })),
  add: (datasetId, files) => {
    const known = new Set(get().uploads.filter((u) => u.datasetId === datasetId && !SETTLED.has(u.state)).map((u) => u.path));
    const fresh = files.filter((f) => !known.has(f.path)).map(({ file, path }): Upload => ({ id: (last += 1), datasetId, file, path, sent: 0, state: "waiting" }));
    set({ uploads: [...get().uploads, ...fresh] });
    fill();
  },
  pause: () => {
    set({ paused: true });
    for (const controller of running.values()) controller.abort();
    change((u) => (u.state === "waiting" || u.state === "sending" || u.state === "offline" ? { state: "paused" } : null));
  },
  go: () => {
    set({ paused: false });
    change((u) => (u.state === "paused" ? { state: "waiting" } : null));
    fill();
  },
  retry: (ids) => {
    const wanted = new Set(ids);
    for (const id of ids) tries.delete(id);
    change((u) => (wanted.has(u.id) && (SETTLED.has(u.state) || u.state === "offline") ? { state: "waiting", reason: undefined } : null));
    fill();
  },
  keepBoth: (ids) => {
    const wanted = new Set(ids);
    const taken = new Set(get().uploads.map((u) => u.path));
    for (const id of ids) started.delete(id);
    change((u) => {
      if (!wanted.has(u.id)) return null;
      let n = 2;
      const plain = u.path.replace(/ \((\d+)\)(?=(\.[^/]*)?$)/, (_, old: string) => ((n = Number(old) + 1), ""));
      while (taken.has(renamed(plain, n))) n += 1;
      taken.add(renamed(plain, n));
      return { path: renamed(plain, n), sent: 0, state: "waiting", reason: undefined };
    });
    fill();
  },
  cancel: (ids) => {
    const wanted = new Set(ids);
    for (const id of ids) running.get(id)?.abort();
    for (const u of get().uploads) if (wanted.has(u.id) && started.has(u.id) && !SETTLED.has(u.state)) void forget(u);
    set({ uploads: get().uploads.filter((u) => !wanted.has(u.id)) });
    fill();
  },
  clear: () => set({ uploads: get().uploads.filter((u) => !SETTLED.has(u.state)) }),
}));

function change(how: (upload: Upload) => Partial<Upload> | null): void {
  useUploads.setState((s) => ({ uploads: s.uploads.map((u) => {
    const next = how(u);
    return next ? { ...u, ...next } : u;
  }) }));
}

const changeOne = (id: number, next: Partial<Upload>) => change((u) => (u.id === id ? next : null));

/** Starts as many as may run. */
function fill(): void {
  const { uploads, paused } = useUploads.getState();
  if (paused) return;
  for (const upload of uploads) {
    if (running.size >= AT_ONCE) return;
    if (upload.state === "waiting" && !running.has(upload.id)) void run(upload);
  }
}

async function run(upload: Upload): Promise<void> {
  const { id, file } = upload;
  const controller = new AbortController();
  running.set(id, controller);
  const resume = started.has(id);
  started.add(id);
  changeOne(id, { state: "sending", reason: undefined });
  try {
    const outcome = await sendFile(addressOf(upload.datasetId, upload.path), file, controller.signal, (sent) => changeOne(id, { sent }), resume);
    running.delete(id);
    settle(id, file, outcome);
  } catch {
    running.delete(id); // paused or cancelled: whoever did it said so
  }
  fill();
}

function settle(id: number, file: File, outcome: Outcome): void {
  if (outcome.kind === "lost") return wait(id, outcome.reason);
  tries.delete(id);
  const whole = outcome.kind === "done" || outcome.kind === "there";
  changeOne(id, { state: outcome.kind, reason: "reason" in outcome ? outcome.reason : undefined, ...(whole ? { sent: file.size } : {}) });
}

/** Tries again after a while, and at once when the browser says that it is online. */
function wait(id: number, reason: string): void {
  const nth = tries.get(id) ?? 0;
  tries.set(id, nth + 1);
  changeOne(id, { state: "offline", reason });
  timers.set(id, window.setTimeout(() => wake(id), PAUSES[Math.min(nth, PAUSES.length - 1)]));
}

function wake(id: number): void {
  window.clearTimeout(timers.get(id));
  timers.delete(id);
  change((u) => (u.id === id && u.state === "offline" ? { state: "waiting" } : null));
  fill();
}

async function forget(upload: Upload): Promise<void> {
  try {
    await remove(addressOf(upload.datasetId, upload.path));
  } catch {
    // what is left of it goes away by itself after a week
  }
}

if (typeof window !== "undefined") {
  window.addEventListener("online", () => [...timers.keys()].forEach(wake));
  window.addEventListener("beforeunload", (event) => {
    if (useUploads.getState().uploads.some((u) => !SETTLED.has(u.state))) event.preventDefault();
  });
}
