/** The one place that speaks HTTP: JSON in and out, the CSRF token, and problem+json as `ApiError`. */
import type { Document, Fault, MissingField, ProblemBody } from "./types";

/** An answer that is not a success. `status` 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }

  get errors(): Fault[] {
    return this.body.errors ?? [];
  }

  get missing(): MissingField[] {
    return this.body.missing ?? [];
  }
}

let csrf = "";

/** Remembers the token that unsafe requests carry. */
export function rememberToken(token: string | null): void {
  csrf = token ?? "";
}

/** Where the app is mounted, without a slash at its end: one folder above its scripts, so that it needs no setting. */
export const base = import.meta.env.PROD ? new URL(/* @vite-ignore */ "..", import.meta.url).pathname.replace(/\/$/, "") : "";

interface Options {
  method?: string;
  json?: unknown;
  yaml?: string;
  /** Bytes sent as they are. */
  raw?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function send(path: string, options: Options = {}): Promise<Response> {
  const method = options.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  let body: string | Blob | undefined;
  if (options.yaml !== undefined) {
    headers["Content-Type"] = "application/yaml";
    body = options.yaml;
  } else if (options.raw !== undefined) {
    headers["Content-Type"] ??= options.raw.type || "application/octet-stream";
    body = options.raw;
  } else if (options.json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(options.json);
  }
  let answer: Response;
  try {
    answer = await fetch(base + path, { method, headers, body, signal: options.signal, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, { title: "No answer", detail: "The server does not answer." });
  }
  if (!answer.ok) throw new ApiError(answer.status, await problem(answer));
  return answer;
}

async function problem(answer: Response): Promise<ProblemBody> {
  const text = await answer.text();
  try {
    const body = JSON.parse(text) as ProblemBody & { detail?: unknown };
    return typeof body.detail === "string" || body.detail === undefined ? body : { ...body, detail: JSON.stringify(body.detail) };
  } catch {
    return { status: answer.status, title: answer.statusText, detail: text.slice(0, 300) || answer.statusText };
  }
}

export async function request<T>(path: string, options?: Options): Promise<T> {
  const answer = await send(path, options);
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, signal?: AbortSignal) => request<T>(path, { signal });
export const post = <T>(path: string, json: unknown = {}) => request<T>(path, { method: "POST", json });
/** Posts a file as it is. */
export const sendFile = <T>(path: string, raw: Blob) => request<T>(path, { method: "POST", raw });
export const patch = <T>(path: string, json: unknown) => request<T>(path, { method: "PATCH", json });
export const remove = <T>(path: string) => request<T>(path, { method: "DELETE" });
export const postYaml = <T>(path: string, yaml: string) => request<T>(path, { method: "POST", yaml });
export const putYaml = <T>(path: string, yaml: string) => request<T>(path, { method: "PUT", yaml });

/** A text as it lies on the server, with its version. */
export async function fetchText(path: string, signal?: AbortSignal): Promise<{ text: string; etag: string | null }> {
  const answer = await send(path, { signal });
  return { text: await answer.text(), etag: answer.headers.get("ETag") };
}

/** Reads a document; the `ETag` header wins over the body's `etag`. */
export async function getDocument(path: string, signal?: AbortSignal): Promise<Document> {
  return asDocument(await send(path, { signal }));
}

/** Saves a document's content. Throws `ApiError` 412 when somebody else saved meanwhile, 422 when not valid. */
export async function putDocument(path: string, content: unknown, etag: string | null): Promise<Document> {
  const headers: Record<string, string> = etag === null ? { "If-None-Match": "*" } : { "If-Match": etag };
  return asDocument(await send(path, { method: "PUT", json: { content }, headers }));
}

async function asDocument(answer: Response): Promise<Document> {
  const body = (await answer.json()) as Document;
  return { ...body, etag: answer.headers.get("ETag") ?? body.etag };
}
