/**
 * The app behind a proxy that serves it under /lab/: signing in, deep links, reloading, lazy screens, live news.
 *
 * Takes BASE_URL, LOGIN_URL of somebody with a running session, and OUT_DIR. Exits with 0 only when every step was seen.
 */
import { createServer, request } from "node:http";
import { byId, journey } from "./browser.mjs";

const { BASE_URL, LOGIN_URL } = process.env;
if (!BASE_URL || !LOGIN_URL) {
  console.error("BASE_URL and LOGIN_URL are needed");
  process.exit(2);
}
const PREFIX = "/lab";
const target = new URL(BASE_URL);
const outside = [];

/** Takes the prefix off, and puts it into the one file with absolute addresses. */
const proxy = createServer((asked, answer) => {
  if (!asked.url.startsWith(`${PREFIX}/`)) {
    outside.push(asked.url);
    return answer.writeHead(404).end();
  }
  const headers = { ...asked.headers, host: target.host, "accept-encoding": "identity" };
  if (headers.origin) headers.origin = target.origin;
  delete headers.referer;
  const inner = request({ host: target.hostname, port: target.port, path: asked.url.slice(PREFIX.length), method: asked.method, headers }, (got) => {
    if (!got.headers["content-type"]?.startsWith("text/html")) {
      answer.writeHead(got.statusCode, got.headers);
      return got.pipe(answer);
    }
    const parts = [];
    got.on("data", (part) => parts.push(part));
    got.on("end", () => {
      const html = Buffer.concat(parts).toString().replaceAll(/(href|src)="\//g, `$1="${PREFIX}/`);
      const told = { ...got.headers };
      delete told["content-length"];
      delete told.etag;
      answer.writeHead(got.statusCode, told).end(html);
    });
  });
  inner.on("error", () => answer.destroy());
  asked.on("error", () => inner.destroy());
  answer.on("close", () => inner.destroy());
  asked.pipe(inner);
});

await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const at = `http://127.0.0.1:${proxy.address().port}${PREFIX}`;
await journey(async (page, { shot, step }) => {
  await page.goto(LOGIN_URL.replace(target.origin, at));
  await byId(page, "nav-overview").click();
  await byId(page, "completeness").waitFor();
  await page.goto(`${at}/catalogue`);
  await byId(page, "hit").first().click();
  await byId(page, "open-graph").click();
  await byId(page, "graph-node").first().waitFor();
  await page.reload();
  await byId(page, "graph-node").first().waitFor();
  await shot("prefix-graph");
  if (!page.url().startsWith(`${at}/catalogue/graph/`)) throw new Error(`at ${page.url()}`);
  await byId(page, "nav-workspace").click();
  await byId(page, "project-card").first().waitFor();
  if (outside.length > 0) throw new Error(`asked outside the prefix: ${outside.join(", ")}`);
  step("every screen asks below the prefix");
});
proxy.closeAllConnections();
proxy.close();
