/**
 * Writes files into a watched folder and waits for each in the Files screen; prints a JSON list of milliseconds from
 * the moment a file counts as settled. Takes BASE_URL, LOGIN_URL, FOLDER, CHROMIUM and SETTLE_MS.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { byId, withBrowser } from "../e2e/browser.mjs";

const { BASE_URL, LOGIN_URL, FOLDER, CHROMIUM, SETTLE_MS = "300", TIMES = "20" } = process.env;
const took = [];
await withBrowser({ executable: CHROMIUM, out: join(tmpdir(), "mdj-bench-shots") }, async (page) => {
  await page.goto(LOGIN_URL);
  await byId(page, "nav-workspace").waitFor();
  const id = await page.evaluate(async () => {
    const { items } = await (await fetch("/api/v1/projects")).json();
    const sets = await (await fetch(`/api/v1/projects/${items[0].project_id}/datasets`)).json();
    return sets.items[0].dataset_id;
  });
  await page.goto(new URL(`/workspace/datasets/${id}/files`, BASE_URL).href);
  await byId(page, "file-row").first().waitFor();
  for (let i = 0; i < Number(TIMES); i += 1) {
    const name = `n${i}.csv`;
    const seen = page.waitForFunction((path) => document.querySelector(`[data-testid="file-row"][data-path="${path}"]`), name, { polling: "raf" });
    await writeFile(join(FOLDER, name), `a,b\n${i},2\n`);
    const began = Date.now();
    await seen;
    took.push(Math.max(0, Date.now() - began - Number(SETTLE_MS)));
  }
});
console.log(JSON.stringify(took));
