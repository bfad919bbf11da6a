import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PeopleTab } from "./PeopleTab";

const person = (user_id: string) => ({ user_id, domain: "local", name: null, email: null, role: "researcher", disabled: false, has_password: true, created_at: "2026-01-01T00:00:00Z" });
const token = (name: string, expires_at: string) => ({ token_id: name, user_id: "bob", name, scopes: ["read", "write"], created_at: "2026-01-01T00:00:00Z", expires_at });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Answers what was sent with another method than GET. */
function open(changed: object = {}) {
  const sent: [string, string][] = [];
  vi.stubGlobal("fetch", vi.fn((path: string, init?: RequestInit) => {
    const method = init?.method ?? "GET";
    if (method !== "GET") sent.push([method, path]);
    if (method === "DELETE") return Promise.resolve(new Response(null, { status: 204 }));
    if (method === "PATCH") return Promise.resolve(Response.json({ ...person("bob"), projects_without_admin: [], not_checked: null, ...changed }));
    if (path.endsWith("/tokens")) return Promise.resolve(Response.json({ items: [token("microscope", "2199-01-01T00:00:00Z"), token("old one", "2020-01-01T00:00:00Z")] }));
    return Promise.resolve(Response.json({ items: [person("ada"), person("bob")] }));
  }));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(<QueryClientProvider client={queries}><MemoryRouter><PeopleTab me="ada" /></MemoryRouter></QueryClientProvider>);
  return sent;
}

const disableBob = async (user: ReturnType<typeof userEvent.setup>) => {
  await user.click(await screen.findByRole("button", { name: "Disable: bob" }));
  await user.click(await screen.findByTestId("ask-yes"));
};

describe("people", () => {
  it("tells that nobody could see what became of somebody's projects", async () => {
    open({ not_checked: "the metadata store is away" });
    await disableBob(userEvent.setup());
    expect((await screen.findByTestId("person-not-checked")).textContent).toContain("could not be seen: the metadata store is away.");
  });

  it("names the projects that were left without an admin", async () => {
    open({ projects_without_admin: [{ project_id: "p-1", name: "Heat" }, { project_id: "p-2", name: null }] });
    await disableBob(userEvent.setup());
    const left = await screen.findByTestId("person-left");
    expect([...left.querySelectorAll("a")].map((a) => [a.textContent, a.getAttribute("href")])).toEqual([["Heat", "/catalogue/projects/p-1"], ["p-2", "/catalogue/projects/p-2"]]);
    expect(screen.queryByTestId("person-not-checked")).toBeNull();
  });

  it("lists somebody's tokens and ends one after a question", async () => {
    const sent = open();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Tokens: bob" }));
    const row = (await screen.findByText("old one")).closest("tr");
    expect(row?.textContent).toBe("old oneread and writeexpiredDelete");
    await user.click(screen.getByRole("button", { name: "Delete microscope" }));
    expect(sent).toEqual([]);
    expect(screen.getByText(/Delete microscope of bob\?/)).toBeTruthy();
    await user.click(screen.getByTestId("ask-yes"));
    await waitFor(() => expect(sent).toEqual([["DELETE", "/api/users/bob/tokens/microscope"]]));
  });
});
