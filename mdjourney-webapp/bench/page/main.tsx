/** Puts one case (`?case=&rows=`) into the page when `start()` is called, and keeps what the browser tells of it. */
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { theme } from "../../src/app/theme";
import { styleCache } from "../../src/lib/styleSheet";
import { caseOf } from "./cases";
import { serveFiles } from "./server";

declare global {
  interface Window {
    bench: { keys: number[]; tasks: number[]; start: () => Promise<number> };
  }
}

/** Resolves once what was asked for is painted: the frame's callback runs before paint, the message after it. */
const painted = () =>
  new Promise<number>((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    });
  });

const asked = new URLSearchParams(location.search);
const rows = Number(asked.get("rows") ?? 1000);
const root = createRoot(document.getElementById("root") as HTMLElement);

window.bench = {
  keys: [],
  tasks: [],
  start: async () => {
    localStorage.clear();
    serveFiles(rows);
    const drawn = caseOf(asked.get("case") ?? "plain", rows);
    const began = performance.now();
    root.render(
      <CacheProvider value={styleCache()}>
        <ThemeProvider theme={theme}>
          <CssBaseline />
          <QueryClientProvider client={new QueryClient()}>
            <MemoryRouter>{drawn}</MemoryRouter>
          </QueryClientProvider>
        </ThemeProvider>
      </CacheProvider>,
    );
    await painted();
    return (await painted()) - began;
  },
};

document.addEventListener("keydown", (event) => void painted().then((at) => window.bench.keys.push(at - event.timeStamp)), { capture: true });
new PerformanceObserver((list) => window.bench.tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
