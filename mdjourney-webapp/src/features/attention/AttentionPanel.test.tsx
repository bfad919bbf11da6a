import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Attention, AttentionList } from "../../api/types";
import { AttentionPanel } from "./AttentionPanel";
import { groupsOf } from "./groups";

const BASE: Attention = { kind: "not_stored", document: "p_Heat/.metadata/project_descriptive.json", project_id: "p", dataset_id: null, run_id: null, aside: null, restored: null, reason: null, held: null };
const held = (more: Partial<NonNullable<Attention["held"]>>, document = BASE.document): Attention => ({ ...BASE, kind: "held_elsewhere", document, held: { kind: "project", identifier: "p-1", by_store: false, host: "lab-2", folder: "/data/heat", project_id: "p-1", named_to: null, ...more } });
const aside = (restored: boolean): Attention => ({ ...BASE, kind: "set_aside", aside: `${BASE.document}.corrupt-1`, restored });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(answer: Partial<AttentionList>) {
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(Response.json({ items: [], next_cursor: null, hidden: 0, unknown: null, ...answer }))));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(<QueryClientProvider client={queries}><MemoryRouter><AttentionPanel /></MemoryRouter></QueryClientProvider>);
}

describe("documents that need a look", () => {
  it("stand together by what is to be done, what is lost first", () => {
    const groups = groupsOf([aside(true), held({ by_store: true }), held({ folder: null, host: null }), held({}), held({ kind: "dataset" }, "p_Heat/d/.metadata/dataset_administrative.json"), { ...BASE, reason: "no title" }, aside(false)]);
    expect(groups.map((g) => [g.key, g.items.length])).toEqual([["broken", 1], ["refused", 1], ["tree lab-2 /data/heat", 2], ["stranger", 1], ["store", 1], ["restored", 1]]);
  });

  it("name the folder that was there first, and lead to both sides", async () => {
    open({ items: [held({})] });
    const group = within(await screen.findByTestId("attention-group"));
    expect(group.getByRole("heading", { level: 2 }).textContent).toBe("Another folder was there first: /data/heat on lab-2");
    expect(group.getByRole("link", { name: "p_Heat: Project descriptive" }).getAttribute("href")).toBe("/workspace/projects/p/describe");
    expect(group.getByRole("link", { name: "Names project p-1" }).getAttribute("href")).toBe("/catalogue/projects/p-1");
  });

  it("lead nowhere where there is nothing to see", async () => {
    open({ items: [held({ folder: null, host: null }), aside(false)] });
    const groups = await screen.findAllByTestId("attention-group");
    expect(groups.map((g) => within(g).queryAllByRole("link").length)).toEqual([0, 1]);
    expect(groups[0]?.textContent).toContain("Set aside as p_Heat/.metadata/project_descriptive.json.corrupt-1");
  });

  it("tell of those that are not shown, and do not say that all is well then", async () => {
    open({ hidden: 2 });
    expect((await screen.findByTestId("attention-hidden")).textContent).toContain("2 more documents");
    expect(screen.queryByText("No document needs you")).toBeNull();
  });

  it("say so when there are none", async () => {
    open({});
    expect(await screen.findByText("No document needs you")).toBeTruthy();
  });
});
