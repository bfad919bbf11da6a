import { afterEach, expect, it, vi } from "vitest";
import { once, type Change } from "../../api/catalogue";
import { beginOf, byDay, changesSince } from "./changes";

const change = (at: string, subject: string | null, id = 1): Change => ({ event_id: id, known_at: at, at, event: "birth", project_id: "p", dataset_id: null, trial_id: "t", rel_path: null, subject, actor_user_id: "ada", actor_domain: "local" });

afterEach(() => vi.unstubAllGlobals());

it("begins by the full minute", () => {
  expect(beginOf("week", Date.parse("2026-11-22T10:00:31Z"))).toBe("2026-11-15T10:00:00.000Z");
});

it("tells a doing once although it touched several documents, but every event without words", () => {
  expect(once([change("1", "new dataset"), change("2", "new dataset"), change("3", null), change("4", null)]).map((c) => c.at)).toEqual(["1", "3", "4"]);
});

it("tells the newest first, under their days", () => {
  const days = byDay([change("2026-11-20T08:00:00Z", "a"), change("2026-11-21T08:00:00Z", "b"), change("2026-11-21T09:00:00Z", "c")]);
  expect(days.map((d) => d.items.map((c) => c.subject))).toEqual([["c", "b"], ["a"]]);
});

it("walks on while there is more, and says when it stopped", async () => {
  let asked = 0;
  vi.stubGlobal("fetch", vi.fn((url: string) => {
    asked += 1;
    expect(url.includes("cursor")).toBe(asked > 1);
    return Promise.resolve(Response.json({ items: Array.from({ length: 500 }, (_, i) => change("2026-11-21T08:00:00Z", `${asked}-${i}`)), next_cursor: String(asked), more: true }));
  }));
  const { items, cut } = await changesSince("2026-11-01T00:00:00Z", "");
  expect([items.length, cut, asked]).toEqual([2000, true, 4]);
});
