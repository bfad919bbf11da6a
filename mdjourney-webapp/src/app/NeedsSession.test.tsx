import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SessionState } from "../api/types";
import { NeedsSession } from "./NeedsSession";

vi.mock("../api/events", () => ({ listen: () => () => undefined }));
afterEach(cleanup);

function open(state: SessionState) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  const tell = (next: SessionState) => queries.setQueryData(["session"], { session: { session_id: "1", state: next, monitor_path: "/data" }, sessions: [] });
  tell(state);
  render(
    <QueryClientProvider client={queries}>
      <MemoryRouter>
        <Routes>
          <Route element={<NeedsSession />}>
            <Route path="/" element={<input aria-label="Typed" />} />
          </Route>
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  );
  return tell;
}

describe("a screen that reads a session", () => {
  it("stays as it is while the backend is started again", async () => {
    const tell = open("ready");
    const typed = screen.getByLabelText("Typed");
    tell("starting");
    await new Promise((done) => setTimeout(done, 0));
    expect(screen.getByLabelText("Typed")).toBe(typed);
    tell("ready");
    await new Promise((done) => setTimeout(done, 0));
    expect(screen.getByLabelText("Typed")).toBe(typed);
  });

  it("is not shown before the session was ready, nor after it ended", async () => {
    const tell = open("starting");
    expect(screen.queryByLabelText("Typed")).toBeNull();
    tell("ready");
    await screen.findByLabelText("Typed");
    tell("stopped");
    await waitFor(() => expect(screen.queryByLabelText("Typed")).toBeNull());
  });
});
