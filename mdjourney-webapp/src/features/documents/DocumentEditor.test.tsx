import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Content } from "../../api/types";
import DocumentEditor from "./DocumentEditor";

const PATH = "/api/v1/projects/1/metadata/project_descriptive";
const SCHEMA = {
  type: "object",
  "x-required-to-complete": ["title", "text"],
  properties: { title: { type: "string", title: "Title" }, text: { type: "string", title: "Text" }, year: { type: "integer", title: "Year" }, id: { type: "string", "x-filled-by": "system" } },
};

/** One document on a server that counts its versions. */
class Server {
  content: Content = { id: "7" };
  version = 1;
  puts: { content: Content; match: string | null }[] = [];
  refuse: Response | null = null;
  origins: Record<string, unknown> = {};
  past: unknown[] = [];
  role = "researcher";

  answer() {
    const body = { document: "p_X/.metadata/project_descriptive.json", content: this.content, schema: { name: "project_descriptive", source: "packaged", version: "1", url: "/api/v1/schemas/project_descriptive" }, valid: true, complete: false, errors: [], missing: [], etag: `"${this.version}"` };
    return new Response(JSON.stringify(body), { headers: { ETag: body.etag } });
  }

  fetch = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = input as string;
    if (url.includes("/auth/me")) return Promise.resolve(Response.json({ user: { user_id: "ada", role: this.role }, csrf_token: "t" }));
    if (url.includes("/origins")) return Promise.resolve(Response.json({ origins: this.origins }));
    if (url.includes("/history/field")) return Promise.resolve(Response.json({ items: url.includes(encodeURIComponent("/title")) ? this.past : [], next_cursor: null }));
    if (url.includes("/schemas/")) return Promise.resolve(new Response(JSON.stringify(SCHEMA)));
    if (init?.method !== "PUT") return Promise.resolve(this.answer());
    const match = new Headers(init.headers).get("If-Match");
    const { content } = JSON.parse(init.body as string) as { content: Content };
    this.puts.push({ content, match });
    if (this.refuse) return Promise.resolve(this.refuse);
    if (match !== `"${this.version}"`) return Promise.resolve(new Response(JSON.stringify({ title: "Stale", detail: "changed" }), { status: 412 }));
    this.content = content;
    this.version += 1;
    return Promise.resolve(this.answer());
  };

  /** Somebody else saves. */
  change(part: Content) {
    this.content = { ...this.content, ...part };
    this.version += 1;
  }
}

let server: Server;
let queries: QueryClient;

function open() {
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={queries}>
      <MemoryRouter>
        <DocumentEditor path={PATH} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  localStorage.clear();
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const saved = () => waitFor(() => expect(screen.getByTestId("save-state").textContent).toBe("Saved"));

describe("editing a document", () => {
  it("counts what is missing down while somebody types, and saves with the version it read", async () => {
    open();
    expect((await screen.findByTestId("meter-text")).textContent).toBe("0 of 2 required answers");
    await userEvent.type(screen.getByLabelText("Title"), "Roots");
    await userEvent.tab();
    await waitFor(() => expect(screen.getByTestId("meter-text").textContent).toBe("1 of 2 required answers"));
    await userEvent.click(screen.getByTestId("save"));
    await saved();
    expect(server.puts).toEqual([{ content: { id: "7", title: "Roots" }, match: '"1"' }]);
    expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("Roots");
  });

  it("shows the server's errors at their fields until the value changes", async () => {
    open();
    await userEvent.type(await screen.findByLabelText("Title"), "x");
    server.refuse = new Response(JSON.stringify({ status: 422, title: "Not valid", errors: [{ pointer: "/title", message: "too short" }] }), { status: 422 });
    await userEvent.click(screen.getByTestId("save"));
    expect((await screen.findAllByText("too short")).length).toBeGreaterThan(0);
    await userEvent.type(screen.getByLabelText("Title"), "yz");
    await userEvent.tab();
    await waitFor(() => expect(screen.queryByText("too short")).toBeNull());
  });

  it("merges two people's changes to different fields without losing either", async () => {
    open();
    await userEvent.type(await screen.findByLabelText("Title"), "mine");
    server.change({ text: "theirs" });
    await userEvent.click(screen.getByTestId("save"));
    await screen.findByTestId("conflict");
    await userEvent.click(screen.getByTestId("save-merged"));
    await saved();
    expect(server.content).toEqual({ id: "7", title: "mine", text: "theirs" });
  });

  it("asks which value stands when both changed one field", async () => {
    open();
    await userEvent.type(await screen.findByLabelText("Title"), "mine");
    server.change({ title: "theirs" });
    await userEvent.click(screen.getByTestId("save"));
    await screen.findByTestId("conflict");
    await userEvent.click(screen.getByRole("radio", { name: /Theirs/ }));
    await userEvent.click(screen.getByTestId("save-merged"));
    await saved();
    expect(server.content.title).toBe("theirs");
  });

  it("takes a change from elsewhere at once while nothing is typed, and never over typed text", async () => {
    open();
    await screen.findByLabelText("Title");
    server.change({ title: "first" });
    await queries.invalidateQueries();
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("first"));
    await userEvent.type(screen.getByLabelText("Title"), " and mine");
    server.change({ title: "second" });
    await queries.invalidateQueries();
    await screen.findByText(/changed on the server/);
    expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("first and mine");
  });

  it("keeps text that was not saved over a reload", async () => {
    const first = open();
    await userEvent.type(await screen.findByLabelText("Title"), "half a sent");
    await userEvent.tab();
    await waitFor(() => expect(localStorage.length).toBe(1));
    first.unmount();
    open();
    expect((await screen.findByLabelText<HTMLInputElement>("Title")).value).toBe("half a sent");
    expect(screen.getByText(/was restored/)).toBeTruthy();
  });

  it("keeps nothing of what was saved, even when the screen goes away with the answer", async () => {
    open();
    await userEvent.type(await screen.findByLabelText("Title"), "whole");
    await userEvent.tab();
    await waitFor(() => expect(localStorage.length).toBe(1));
    await userEvent.click(screen.getByTestId("save"));
    await saved();
    expect(localStorage.length).toBe(0);
  });

  it("undoes and redoes over several fields", async () => {
    open();
    await userEvent.type(await screen.findByLabelText("Title"), "one");
    await userEvent.tab();
    await userEvent.click(screen.getByTestId("undo"));
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe(""));
    await userEvent.click(screen.getByTestId("redo"));
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("one"));
  });

  it("says that the server does not answer, and keeps the text", async () => {
    open();
    await userEvent.type(await screen.findByLabelText("Title"), "kept");
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("down")));
    await userEvent.click(screen.getByTestId("save"));
    await screen.findByTestId("save-offline");
    expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("kept");
  });
});

describe("what is said about the field at hand", () => {
  const step = (commit: string, after: unknown) => ({ commit, at: "2026-11-20T10:00:00Z", author: { name: "Grace Hopper", email: "g@example.org" }, subject: "Title", op: "replace", before: null, after });

  it("shows help, where the value came from and what stood there; an older value is taken back as an edit", async () => {
    server.content = { id: "7", title: "Leaves" };
    server.origins = { "/title": { kind: "copied", by: { name: "Grace Hopper" }, at: "2026-11-20T10:00:00Z", commit: "a", source: { run: "r1" } } };
    server.past = [step("b", "Leaves"), step("a", "Roots")];
    open();
    await userEvent.click(await screen.findByLabelText("Title"));
    expect((await screen.findByTestId("field-origin")).textContent).toMatch(/Copied · from r1 · by Grace Hopper/);
    const panel = screen.getByTestId("field-panel");
    expect(panel.dataset.pointer).toBe("/title");
    expect(screen.getAllByTestId("field-step")).toHaveLength(2);
    await userEvent.click(screen.getByTestId("field-take"));
    expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("Roots");
    expect(screen.getByTestId("field-origin").dataset.kind).toBe("unsaved");
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(screen.getByLabelText<HTMLInputElement>("Title").value).toBe("Leaves");
  });

  it("is reached with F2 and left with Escape; what the system fills is not taken back", async () => {
    open();
    const text = await screen.findByLabelText("Text");
    await userEvent.click(text);
    await userEvent.keyboard("{F2}");
    expect(document.activeElement).toBe(screen.getByTestId("field-panel"));
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement).toBe(text);
  });

  it("undoes what is still being typed, and redoes it, with the keys everybody knows", async () => {
    open();
    const title = await screen.findByLabelText<HTMLInputElement>("Title");
    await userEvent.type(title, "Roots");
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(title.value).toBe("");
    await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    expect(title.value).toBe("Roots");
  });

  it("offers a reader no change", async () => {
    server.role = "reader";
    open();
    const title = await screen.findByLabelText<HTMLInputElement>("Title");
    await waitFor(() => expect(title.readOnly).toBe(true));
    expect(screen.queryByTestId("save")).toBeNull();
  });
});
