import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/client";
import { asPrefix, chosen } from "./dropped";
import { request } from "./DescribeBar";
import { startOf } from "./FileTable";
import { EVERYTHING, has, NOTHING, sizeOf, withAdded, withToggled } from "./selection";
import { sendFile, type Put } from "./sendFile";
import { encodePath, filterOf, NO_FILTER, paramsOf, toggled } from "./shapes";
import { renamed } from "./uploadTypes";

const MB = 1 << 20;
const file = (size: number, name = "x.bin") => new File([new Uint8Array(size)], name);
const signal = () => new AbortController().signal;

describe("filters", () => {
  it("come back from an address as they went in, none among the values too", () => {
    const filter = { ...NO_FILTER, q: "a&b", role: ["", "raw"], mime_type: ["text/csv"] };
    expect(filterOf(paramsOf(filter))).toEqual(filter);
  });
  it("take a value in and out", () => {
    const once = toggled(NO_FILTER, "role", "raw");
    expect(once.role).toEqual(["raw"]);
    expect(toggled(once, "role", "raw").role).toEqual([]);
  });
});

describe("a selection", () => {
  it("of some files names them", () => {
    const some = withToggled(withToggled(withToggled(NOTHING, "a"), "b"), "a");
    expect([has(some, "a"), has(some, "b"), sizeOf(some, 10)]).toEqual([false, true, 1]);
    expect(request(some, NO_FILTER, { role: "raw" })).toEqual({ files: [{ file_path: "b", role: "raw" }] });
  });
  it("of everything names what is left out, and asks the server for the rest", () => {
    const most = withToggled(EVERYTHING, "a");
    expect([has(most, "a"), has(most, "b"), sizeOf(most, 10)]).toEqual([false, true, 9]);
    expect(has(withAdded(most, ["a"]), "a")).toBe(true);
    expect(request(most, { ...NO_FILTER, q: "x" }, { role: null })).toMatchObject({ where: { q: "x" }, except: ["a"], set: { role: null } });
  });
});

describe("rows of a long list", () => {
  it("begin a little above what is seen and change in steps", () => {
    expect([0, 38 * 6, 38 * 9, 38 * 10, 38 * 50_000].map(startOf)).toEqual([0, 0, 0, 4, 49_992]);
  });
});

describe("names", () => {
  it.each([
    ["a.csv", "a (2).csv"],
    ["in/brain.nii.gz", "in/brain (2).nii.gz"],
    ["README", "README (2)"],
    ["dir.v1/README", "dir.v1/README (2)"],
    [".hidden", ".hidden (2)"],
    ["a.b.c.txt", "a.b.c (2).txt"],
  ])("%s is kept beside as %s", (path, expected) => expect(renamed(path, 2)).toBe(expected));
  it("become safe parts of an address", () => expect(encodePath("a b/100%/#?\n.csv")).toBe("a%20b/100%25/%23%3F%0A.csv"));
  it("of folders stay inside the dataset", () => expect(["", " a / b/", "../x", "./y"].map(asPrefix)).toEqual(["", "a/b/", "x/", "y/"]));
  it("that file managers leave behind are left out", () => expect(chosen([file(1, ".DS_Store"), file(1, "a.csv")]).map((f) => f.path)).toEqual(["a.csv"]));
});

/** A server that keeps what it is sent, and breaks the connection on the requests whose numbers are given. */
function server(total: number, breaks: number[] = []) {
  const state = { received: 0, requests: 0 };
  const put: Put = async (_url, { raw, headers }) => {
    state.requests += 1;
    if (breaks.includes(state.requests)) throw new ApiError(0, {});
    const found = /bytes (\d+)-(\d+)\//.exec(headers["Content-Range"] ?? "");
    if (found) {
      if (Number(found[1]) !== state.received) throw new ApiError(409, { received: state.received } as object);
      state.received += raw.size;
    } else if (!headers["Content-Range"]) state.received = raw.size;
    return Promise.resolve(state.received === total ? { received: total, file_path: "x" } : { received: state.received });
  };
  return { state, put };
}

describe("sending a file", () => {
  afterEach(() => vi.useRealTimers());
  it("sends a small one in one request", async () => {
    const { state, put } = server(10);
    expect(await sendFile("/u", file(10), signal(), vi.fn(), false, put)).toEqual({ kind: "done" });
    expect(state.requests).toBe(1);
  });
  it("sends a large one in ranges and tells how far it is", async () => {
    const { state, put } = server(5 * MB);
    const told: number[] = [];
    expect(await sendFile("/u", file(5 * MB), signal(), (n) => told.push(n), false, put)).toEqual({ kind: "done" });
    expect(state.received).toBe(5 * MB);
    expect(told.at(-1)).toBe(5 * MB);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });
  it("goes on where the server says after a lost connection", async () => {
    const { state, put } = server(3 * MB, [3]);
    expect(await sendFile("/u", file(3 * MB), signal(), vi.fn(), false, put)).toMatchObject({ kind: "lost" });
    const before = state.received;
    expect(before).toBeGreaterThan(0);
    expect(await sendFile("/u", file(3 * MB), signal(), vi.fn(), true, put)).toEqual({ kind: "done" });
    expect(state.received).toBe(3 * MB);
  });
  it("knows a file that arrived although its answer did not", async () => {
    const whole: Put = () => Promise.reject(new ApiError(409, { existing: { size: 10 } } as object));
    expect(await sendFile("/u", file(10), signal(), vi.fn(), true, whole)).toEqual({ kind: "there" });
  });
  it.each([
    [409, { existing: { size: 11 } }, "clash"],
    [409, { retry_after: 5 }, "lost"],
    [400, {}, "refused"],
    [413, {}, "failed"],
    [507, {}, "failed"],
    [503, {}, "lost"],
    [408, {}, "lost"],
  ])("takes %i %j for %s", async (status, body, kind) => {
    const answer: Put = () => Promise.reject(new ApiError(status, { title: "", ...body }));
    expect(await sendFile("/u", file(10), signal(), vi.fn(), false, answer)).toMatchObject({ kind });
  });
  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const put: Put = () => {
      controller.abort();
      return Promise.reject(new DOMException("", "AbortError"));
    };
    await expect(sendFile("/u", file(10), controller.signal, vi.fn(), false, put)).rejects.toThrow(DOMException);
  });
});
