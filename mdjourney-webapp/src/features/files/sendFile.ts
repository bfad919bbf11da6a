/** Sends one file, whole or in ranges, and goes on where the server says when the connection was lost. */
import { ApiError, request } from "../../api/client";
import { encodePath } from "./shapes";

const FIRST_PIECE = 1 << 20;
const LARGEST_PIECE = 32 << 20;
/** A piece should take about this long, in ms: progress is seen and little is lost with a connection. */
const PIECE_TIME = 1_500;

export type Outcome = { kind: "done" } | { kind: "there" } | { kind: "clash" } | { kind: "refused"; reason: string } | { kind: "failed"; reason: string } | { kind: "lost"; reason: string };

interface Answer {
  received: number;
  file_path?: string;
}

export type Put = (url: string, options: { raw: Blob; headers: Record<string, string>; signal: AbortSignal }) => Promise<Answer>;

const put: Put = (url, options) => request<Answer>(url, { method: "PUT", ...options });

export const addressOf = (datasetId: string, path: string) => `/api/v1/datasets/${datasetId}/upload/${encodePath(path)}`;

/** Whether it is worth another try without anybody doing anything. */
const PASSING = new Set([0, 408, 429, 502, 503, 504]);

/**
 * Sends `file`; `onSent` hears how many bytes are there.
 *
 * Resolves with what became of it; `lost` may be tried again. Rejects with an AbortError when `signal` says so.
 */
export async function sendFile(url: string, file: File, signal: AbortSignal, onSent: (bytes: number) => void, resume: boolean, wire: Put = put): Promise<Outcome> {
  let all = 0;
  try {
    if (file.size <= FIRST_PIECE && !resume) {
      await wire(url, { raw: file, headers: {}, signal });
      onSent(file.size);
      return { kind: "done" };
    }
    let at = await ask(url, file, signal, wire);
    let piece = FIRST_PIECE;
    while (at < file.size) {
      onSent(at);
      const end = Math.min(at + piece, file.size);
      const began = performance.now();
      all = end;
      const answer = await wire(url, { raw: file.slice(at, end), headers: { "Content-Range": `bytes ${at}-${end - 1}/${file.size}` }, signal });
      const took = Math.max(performance.now() - began, 1);
      piece = Math.min(LARGEST_PIECE, Math.max(FIRST_PIECE, Math.round((piece * PIECE_TIME) / took)));
      at = answer.received;
    }
    onSent(file.size);
    return { kind: "done" };
  } catch (error) {
    if (signal.aborted || (error instanceof DOMException && error.name === "AbortError")) throw error;
    return outcomeOf(error, file, all === file.size);
  }
}

/** How much of it is there; a whole file answers with its size. */
async function ask(url: string, file: File, signal: AbortSignal, wire: Put): Promise<number> {
  if (file.size === 0) {
    await wire(url, { raw: file, headers: {}, signal });
    return 0;
  }
  const answer = await wire(url, { raw: new Blob([]), headers: { "Content-Range": `bytes */${file.size}` }, signal });
  return answer.file_path === undefined ? answer.received : file.size;
}

function outcomeOf(error: unknown, file: File, wasWhole: boolean): Outcome {
  const reason = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError)) return { kind: "failed", reason };
  if (PASSING.has(error.status)) return { kind: "lost", reason };
  const body = error.body as { existing?: { size: number | null }; received?: number; retry_after?: number };
  if (error.status === 409 && body.existing) {
    if (body.existing.size !== file.size) return { kind: "clash" };
    return { kind: wasWhole ? "done" : "there" };
  }
  // somebody holds it, or another range came first: ask again where it stands
  if (error.status === 409 && (body.retry_after !== undefined || body.received !== undefined)) return { kind: "lost", reason };
  if (error.status === 400) return { kind: "refused", reason };
  return { kind: "failed", reason };
}
