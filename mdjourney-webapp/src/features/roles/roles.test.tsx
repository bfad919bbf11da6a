import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Project } from "../../api/catalogue";
import { particulars } from "./AuditTab";
import { administers } from "./Members";
import { ProjectRoles } from "./ProjectRoles";
import { sentence } from "./TrailSheet";

const role = (user_id: string, role: "admin" | "operator") => ({ user_id, domain: "local", name: null, role });
const PROJECT = { project_id: "p", name: "Heat", roles: [role("ada", "admin"), role("bob", "operator")] } as unknown as Project;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(me: { user_id: string; domain: string; role: string }) {
  const sent: [string, string | undefined][] = [];
  vi.stubGlobal("fetch", vi.fn((path: string, init?: RequestInit) => {
    if (path.endsWith("/projects/p")) return Promise.resolve(Response.json(PROJECT));
    if (!path.includes("/roles/")) return Promise.resolve(Response.json({ items: [], next_cursor: null }));
    sent.push([path, init?.body as string | undefined]);
    return Promise.resolve(Response.json({ status: 409, detail: "The last admin of a project cannot be removed" }, { status: 409 }));
  }));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData(["me"], { user: me, csrf_token: null });
  render(<QueryClientProvider client={queries}><MemoryRouter><ProjectRoles project={PROJECT} /></MemoryRouter></QueryClientProvider>);
  return sent;
}

describe("roles of a project", () => {
  it("are changed by its admins and by lab admins, and looked at by others", () => {
    const who = (user_id: string, platform: string, domain = "local") => administers({ user_id, domain, role: platform }, PROJECT.roles);
    expect([who("ada", "researcher"), who("eve", "admin"), who("bob", "researcher"), who("eve", "researcher"), who("ada", "researcher", "elsewhere"), who("ada", "reader")]).toEqual([true, true, false, false, false, false]);
    open({ user_id: "bob", domain: "local", role: "researcher" });
    expect(screen.queryByTestId("roles-change")).toBeNull();
    expect(screen.getByText("bob · Operator")).toBeTruthy();
  });

  it("say to readers and operators whose matter the trail of changes is, and ask nothing for them", () => {
    for (const me of [{ user_id: "pi", domain: "local", role: "reader" }, { user_id: "bob", domain: "local", role: "researcher" }]) {
      const sent = open(me);
      expect(screen.getByTestId("project-roles").textContent).toContain("looked after by the project's admins");
      expect(fetch).not.toHaveBeenCalled();
      expect(sent).toEqual([]);
      cleanup();
    }
    open({ user_id: "eve", domain: "local", role: "admin" });
    expect(screen.getByTestId("project-roles").textContent).not.toContain("looked after");
  });

  it("are taken after a question, and a refusal is told", async () => {
    const sent = open({ user_id: "ada", domain: "local", role: "researcher" });
    const user = userEvent.setup();
    await user.click(screen.getByTestId("roles-change"));
    await user.click(await screen.findByRole("button", { name: "Remove: the role of ada" }));
    expect(sent).toEqual([]);
    await user.click(screen.getByTestId("ask-yes"));
    await waitFor(() => expect(screen.getByTestId("failure").textContent).toContain("last admin"));
    expect(sent).toEqual([["/api/catalog/v1/projects/p/roles/ada?domain=local", '{"role":null}']]);
  });
});

it("tells the audit trail in words", () => {
  expect(sentence({ action: "role", detail: { user_id: "bob", before: null, after: "operator" } })).toBe("bob: no role → Operator");
  expect(particulars({ details: { changed: ["role"], role: "researcher -> reader" } })).toBe("changed: role, role: researcher → reader");
});
