import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

interface Call { url: string; range: string | null; method: string; answer: (status: number, body: unknown) => void }

/** Requests that are answered when the test says so. */
let calls: Call[];

beforeEach(() => {
  calls = [];
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => new Promise<Response>((resolve, reject) => {
    const headers = options.headers as Record<string, string>;
    calls.push({ url, range: headers["Content-Range"] ?? null, method: options.method ?? "GET", answer: (status, body) => (status === 0 ? reject(new TypeError("no connection")) : resolve(new Response(status === 204 ? null : JSON.stringify(body), { status }))) });
    options.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
  }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const small = (name: string) => ({ file: new File(["abc"], name), path: name });
const store = async () => (await import("./uploadStore")).useUploads;
const flush = () => vi.advanceTimersByTimeAsync(0);

describe("uploads", () => {
  it("go three at a time, and each path once", async () => {
    const useUploads = await store();
    useUploads.getState().add("d", ["a", "b", "c", "e"].map(small));
    useUploads.getState().add("d", [small("e")]);
    await flush();
    expect(calls.map((c) => c.url)).toEqual(["a", "b", "c"].map((n) => `/api/v1/datasets/d/upload/${n}`));
    calls[0]?.answer(201, { received: 3, file_path: "a" });
    await flush();
    expect(calls).toHaveLength(4);
    expect(useUploads.getState().uploads.map((u) => u.state)).toEqual(["done", "sending", "sending", "sending"]);
  });

  it("are tried again after a lost connection, by themselves and when the browser is online", async () => {
    const useUploads = await store();
    useUploads.getState().add("d", [small("a")]);
    await flush();
    calls[0]?.answer(0, null);
    await flush();
    expect(useUploads.getState().uploads[0]?.state).toBe("offline");
    await vi.advanceTimersByTimeAsync(1_100);
    expect(calls).toHaveLength(2);
    expect(calls[1]?.range).toBe("bytes */3");
    calls[1]?.answer(0, null);
    await flush();
    window.dispatchEvent(new Event("online"));
    await flush();
    expect(calls).toHaveLength(3);
  });

  it("stand still while paused and go on where they were", async () => {
    const useUploads = await store();
    useUploads.getState().add("d", ["a", "b", "c", "e"].map(small));
    await flush();
    useUploads.getState().pause();
    await flush();
    expect(new Set(useUploads.getState().uploads.map((u) => u.state))).toEqual(new Set(["paused"]));
    useUploads.getState().go();
    await flush();
    expect(calls).toHaveLength(6);
    expect(calls[3]?.range).toBe("bytes */3");
  });

  it("with a name that is taken wait for somebody, and get another name", async () => {
    const useUploads = await store();
    useUploads.getState().add("d", [small("a.csv")]);
    await flush();
    calls[0]?.answer(409, { existing: { size: 99 } });
    await flush();
    const clash = useUploads.getState().uploads[0];
    expect(clash?.state).toBe("clash");
    useUploads.getState().keepBoth([clash?.id ?? 0]);
    await flush();
    expect(calls[1]?.url).toBe("/api/v1/datasets/d/upload/a%20(2).csv");
    calls[1]?.answer(409, { existing: { size: 98 } });
    await flush();
    useUploads.getState().keepBoth([clash?.id ?? 0]);
    await flush();
    expect(calls[2]?.url).toBe("/api/v1/datasets/d/upload/a%20(3).csv");
  });

  it("that are cancelled are forgotten on the server too", async () => {
    const useUploads = await store();
    useUploads.getState().add("d", [small("a")]);
    await flush();
    useUploads.getState().cancel([useUploads.getState().uploads[0]?.id ?? 0]);
    await flush();
    expect(calls.at(-1)?.method).toBe("DELETE");
    expect(useUploads.getState().uploads).toEqual([]);
  });
});
