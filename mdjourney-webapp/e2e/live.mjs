/**
 * News on the screen: over the stream of events while it is there, after it broke off from where it ended, and by asking
 * again every few seconds where no stream comes through.
 *
 * Takes BASE_URL, LOGIN_URL, FOLDER (of a dataset that is watched), OUT_DIR. A session runs already. Says `kill now` on standard
 * output, then waits for a line on standard input that says the backend was killed.
 */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { byId, journey, until } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, FOLDER } = process.env;

await journey(async (page, { step }) => {
  const streams = [];
  let polls = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/v1/events")) void request.allHeaders().then((headers) => streams.push(headers["last-event-id"] ?? ""));
    if (request.url().includes("/files?")) polls += 1;
  });
  await page.goto(LOGIN_URL);
  await byId(page, "nav-start").waitFor();
  const dataset = await page.evaluate(async () => {
    const project = (await (await fetch("/api/v1/projects")).json()).items[0].project_id;
    return (await (await fetch(`/api/v1/projects/${project}/datasets`)).json()).items[0].dataset_id;
  });
  const open = async () => {
    await page.goto(new URL(`/workspace/datasets/${dataset}/files`, BASE_URL).href);
    await byId(page, "file-row").first().waitFor();
  };
  const appears = async (name, seconds) => {
    await writeFile(join(FOLDER, name), `a\n${Math.random()}\n`);
    await until(async () => (await page.locator(`[data-testid="file-row"][data-path="${name}"]`).count()) > 0, `${name} on the screen`, seconds);
  };
  await open();
  await until(() => streams.length > 0, "the stream");
  await appears("over the stream.csv", 15);
  step("a new file comes to the screen over the stream");

  // the backend that gives the stream is killed; the browser asks for what came after the last event it saw
  const asked = streams.length;
  console.log("kill now");
  await once(process.stdin, "data");
  await writeFile(join(FOLDER, "while away.csv"), "a\n1\n");
  await until(() => streams.slice(asked).some((last) => last !== ""), "the stream to be taken up from the last event", 60);
  await until(async () => (await page.locator('[data-path="while away.csv"]').count()) > 0, "what happened meanwhile", 20);
  step("after a break the stream is taken up again, and what happened meanwhile is seen");

  await page.route("**/api/v1/events", (route) => route.abort());
  await open();
  const before = polls;
  await until(() => polls > before + 1, "asking again without a stream", 20);
  await appears("without a stream.csv", 20);
  step("without a stream the screen asks every few seconds");
});
process.stdin.destroy();
