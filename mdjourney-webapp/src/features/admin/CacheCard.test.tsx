import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Cache } from "../../api/types";
import { CacheCard } from "./CacheCard";
import { Parked } from "./Parked";

const KEPT: Cache = { keeping: "copy", objects: 12, bytes: 4_000_000, limit_bytes: 8_000_000, problem: null };

/** Answers as a server would: what would go differs by the number of days. */
function serve(cache: Cache) {
  const sent: { keep_days: number; dry_run: boolean }[] = [];
  vi.stubGlobal("fetch", vi.fn((path: string, init?: RequestInit) => {
    if (!path.endsWith("/collect")) return Promise.resolve(Response.json(cache));
    const asked = JSON.parse(init?.body as string) as (typeof sent)[number];
    sent.push(asked);
    const gone = asked.keep_days < 30 ? 5 : 0;
    return Promise.resolve(Response.json({ objects: 12, bytes: 4_000_000, removed_objects: gone, removed_bytes: gone * 100_000, dry_run: asked.dry_run }));
  }));
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><CacheCard /></QueryClientProvider>);
  return sent;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("old versions of files", () => {
  it("tells size and limit", async () => {
    serve(KEPT);
    await screen.findByText("4.0 MB");
    expect(screen.getByTestId("cache").textContent).toContain("8.0 MB");
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("50");
  });

  it("are removed only after it was said how many go, for the very days that were asked for", async () => {
    const sent = serve(KEPT);
    const user = userEvent.setup();
    await user.click(await screen.findByTestId("cache-collect"));
    await user.click(screen.getByTestId("cache-look"));
    expect((await screen.findByTestId("cache-would")).textContent).toContain("Nothing would go");
    expect(screen.queryByTestId("cache-remove")).toBeNull();
    await user.clear(screen.getByTestId("cache-days"));
    await user.type(screen.getByTestId("cache-days"), "7");
    await user.click(screen.getByTestId("cache-look"));
    await waitFor(() => expect(screen.getByTestId("cache-would").textContent).toContain("5 versions would go: 500 KB of 4.0 MB"));
    await user.type(screen.getByTestId("cache-days"), "0");
    expect(screen.queryByTestId("cache-remove")).toBeNull();
    await user.type(screen.getByTestId("cache-days"), "{Backspace}");
    await user.click(screen.getByTestId("cache-remove"));
    await screen.findByTestId("cache-done");
    expect(sent).toEqual([{ keep_days: 90, dry_run: true }, { keep_days: 7, dry_run: true }, { keep_days: 7, dry_run: false }]);
  });

  it("offer nothing to remove where nothing is kept, and say when the limit is reached", async () => {
    serve({ keeping: "none", objects: 0, bytes: 0, limit_bytes: null, problem: "the limit is reached" });
    await screen.findByText("the limit is reached");
    expect(screen.queryByTestId("cache-collect")).toBeNull();
    expect(screen.getByText("not at all: checksums only")).toBeTruthy();
  });
});

it("shows each entry that was set aside with its reason, and the way to it", () => {
  render(<MemoryRouter><Parked items={[{ entity_type: "trial", entity_id: "t-1", last_error: "value too long" }]} /></MemoryRouter>);
  expect(screen.getByText("value too long")).toBeTruthy();
  expect(screen.getByRole("link", { name: "trial t-1" }).getAttribute("href")).toBe("/catalogue/trials/t-1");
});
