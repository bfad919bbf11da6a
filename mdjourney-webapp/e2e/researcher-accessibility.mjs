/** axe over what the researcher's newer screens and dialogs show, in both themes. Takes BASE_URL, LOGIN_URL, DATASET_ID, RUN_ID (one of two runs), OUT_DIR, CHROMIUM. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { byId, withBrowser } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, DATASET_ID, RUN_ID, OUT_DIR = "e2e/out", CHROMIUM = "/usr/bin/chromium" } = process.env;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let found = 0;

await withBrowser({ executable: CHROMIUM, out: OUT_DIR }, async (page, shot, faults) => {
  const look = async (name) => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // a field half below the bar that stays on top would count as too small
      await page.evaluate(() => window.scrollTo(0, 0));
      await shot(`${name}-${colorScheme}`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
      for (const v of violations) console.log(`${name} ${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")} ${v.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
      found += violations.length;
    }
  };
  const go = async (path, handle) => {
    await page.goto(new URL(path, BASE_URL).href);
    await byId(page, handle).first().waitFor();
  };
  await page.goto(LOGIN_URL);
  await byId(page, "nav-workspace").waitFor();
  await go("/workspace/bulk?kind=datasets", "bulk-preview");
  await page.locator("#root_dataset_title").fill("One title");
  await byId(page, "bulk-preview").click();
  await byId(page, "change-row").first().waitFor();
  await look("bulk");
  await go(`/workspace/datasets/${DATASET_ID}/files`, "file-row");
  await look("files");
  await byId(page, "export-open").click();
  await byId(page, "export-lacking").first().waitFor();
  await look("export");
  await go(`/workspace/datasets/${DATASET_ID}/structure`, "editor");
  await byId(page, "as-table").first().click();
  await byId(page, "rows").first().waitFor();
  await page.locator('button[aria-label^="Add"]').first().click();
  await look("table");
  await go(`/workspace/runs/${RUN_ID}`, "run-copy");
  await page.locator("#root_experimenter_notes_observations").fill("seen #heat-stress");
  await look("run");
  await go(`/workspace/runs/${RUN_ID}`, "run-copy");
  await byId(page, "discard").click().catch(() => undefined);
  await byId(page, "run-copy").click();
  await byId(page, "copy-row").first().waitFor();
  await look("copy");
  await byId(page, "copy-row").first().getByRole("checkbox").check();
  await byId(page, "copy-confirm").click();
  await byId(page, "copy-dialog").waitFor({ state: "detached" });
  for (const fault of faults) console.log(`fault: ${fault}`);
  found += faults.length;
});
console.log(found === 0 ? "no violations" : `${found} violations`);
process.exitCode = found === 0 ? 0 : 1;
