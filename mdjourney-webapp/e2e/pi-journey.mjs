/**
 * What a PI does: looks at the overview, finds a trial by a quality number, compares three, follows the graph with the
 * keyboard, and brings back what a field said before.
 *
 * Takes BASE_URL, LOGIN_URL of somebody with a running session on the data of tests/browser/seeded.py, and OUT_DIR;
 * CHROMIUM and SCHEME if they differ from the usual. Exits with 0 only when every step was seen.
 */
import { readFile } from "node:fs/promises";
import { byId, journey, told, until } from "./browser.mjs";

const { LOGIN_URL } = process.env;

const text = async (locator) => (await locator.textContent()) ?? "";

async function overview(page, shot, step) {
  await page.goto(LOGIN_URL);
  await byId(page, "nav-overview").click();
  await byId(page, "completeness").waitFor();
  await until(async () => (await text(byId(page, "completeness"))).includes("1 of 2 datasets at V2"), "the completeness of the project");
  await shot("pi-overview");
  step("the overview tells how complete each project is");
}

async function search(page, shot, step) {
  await byId(page, "nav-catalogue").click();
  const box = byId(page, "catalogue-search");
  await box.fill("a AND (b");
  await byId(page, "query-error").waitFor();
  if ((await byId(page, "query-error").getAttribute("data-column")) !== "9") throw new Error("the error is not at column 9");
  await shot("pi-query-error");
  step("a search that cannot be read is told with its column");
  await box.fill("");
  await box.pressSequentially("rin");
  await byId(page, "suggestion").first().waitFor();
  await shot("pi-suggestions");
  await box.press("ArrowDown");
  await box.press("Enter");
  await until(async () => (await box.inputValue()) === "quality_control_metrics.rin ", "the suggested field");
  await box.pressSequentially(">= 8.5");
  await until(async () => (await text(byId(page, "catalogue-total"))) === "2 matches", "two matches");
  await page.getByRole("link", { name: "Control, replicate 1" }).waitFor();
  step("a trial is found by its quality number, the field suggested");
  await byId(page, "saved-searches").click();
  await byId(page, "search-name").fill("Good RNA");
  await byId(page, "search-keep").click();
  await byId(page, "saved-search").filter({ hasText: "Good RNA" }).waitFor();
  await page.keyboard.press("Escape");
  await box.fill("kind:trial");
  await until(async () => (await text(byId(page, "catalogue-total"))) === "5 matches", "all trials");
  await byId(page, "saved-searches").click();
  await byId(page, "saved-search").filter({ hasText: "Good RNA" }).click();
  await until(async () => (await text(byId(page, "catalogue-total"))) === "2 matches", "the saved search");
  step("the search is kept and used again");
  await box.fill("kind:trial");
  await page.locator('[data-testid="facet"][data-term="qc_assessment:pass"]').click();
  await until(async () => (await text(byId(page, "catalogue-total"))) === "3 matches", "the facet to narrow the search");
  await byId(page, "export-csv").click();
  await byId(page, "csv-fields").fill("rin");
  await page.getByRole("option", { name: "quality_control_metrics.rin" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), byId(page, "csv-download").click()]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  if (lines.length !== 4 || !lines[0].endsWith(",quality_control_metrics.rin") || !lines.some((line) => line.endsWith(",8.9"))) throw new Error(`the CSV says ${lines.join(" | ")}`);
  step("a facet narrows the search, and its result is exported as CSV with a column of its own");
  await box.fill("status:");
  await byId(page, "suggestion").filter({ hasText: "clean" }).first().click();
  await until(async () => (await box.inputValue()).startsWith("status:clean"), "a value to be taken from the suggestions");
  await byId(page, "kind-file").click();
  await box.fill("table");
  await byId(page, "hit").filter({ hasText: "table.csv" }).first().click();
  await byId(page, "dataset-files").getByText("table.csv").waitFor();
  step("values are suggested for a word that is not finished; a file is found and shown in its dataset");
  await page.goto(new URL("/catalogue?q=kind%3Atrial%20qc_assessment%3Apass", told.url).href);
}

async function compare(page, shot, step) {
  await byId(page, "trial-pick").nth(2).waitFor();
  for (const i of [0, 1, 2]) await byId(page, "trial-pick").nth(i).check();
  await shot("pi-selected");
  await byId(page, "compare").click();
  const row = page.locator('[data-testid="compare-table"] [data-field="quality_control_metrics.rin"]');
  await row.waitFor();
  const values = await row.locator("td").allTextContents();
  if (values.length !== 3 || new Set(values).size !== 3) throw new Error(`compared ${values.join()}`);
  if (await page.locator('[data-field="working_directory"]').count()) throw new Error("an equal field is shown");
  await shot("pi-compare");
  step("three trials are compared by what differs");
  await byId(page, "compare-table").getByRole("link", { name: "Heat shift, replicate 1" }).click();
  await byId(page, "quality").waitFor();
  await shot("pi-trial");
  await byId(page, "tab-timeline").click();
  await byId(page, "timeline").locator("li").nth(2).waitFor();
  step("a trial has its numbers and its timeline");
}

async function graph(page, shot, step) {
  await byId(page, "open-graph").click();
  const nodes = byId(page, "graph-node");
  await nodes.nth(6).waitFor();
  const before = await nodes.count();
  const expand = page.locator('[data-testid="graph-node"][data-key="tag:control"], [data-testid="graph-node"][data-key^="project:"]').locator('[data-testid="graph-expand"]').first();
  await expand.press("Enter");
  await until(async () => (await page.url()).includes("open="), "the node to be opened");
  await until(async () => (await nodes.count()) > before, "new nodes");
  const trial = page.locator('[data-testid="graph-node"][data-key^="trial:"]', { hasText: "Heat shift, replicate 3" }).locator('[data-testid="graph-expand"]');
  await trial.press("Enter");
  await page.locator('[data-testid="graph-node"][data-key="tag:outlier"]').waitFor();
  await shot("pi-graph");
  step("the graph grows from the keyboard");
  await byId(page, "view-table").click();
  await byId(page, "graph-table").getByText("#outlier").waitFor();
  await shot("pi-graph-table");
  step("a table says the same");
  await byId(page, "graph-table").getByRole("link", { name: "Heat stress in roots and leaves" }).first().click();
  await byId(page, "open-history").waitFor();
  await shot("pi-project");
}

async function restore(page, shot, step) {
  await byId(page, "open-history").click();
  await byId(page, "history-step").nth(1).waitFor();
  const address = `/api/v1${new URL(page.url()).pathname.replace("/workspace", "").replace("/history", "/metadata/project_descriptive")}`;
  const content = async () => (await page.evaluate((url) => fetch(url).then((r) => r.json()), address)).content;
  const title = async () => (await content()).project_title;
  const rest = async () => JSON.stringify([(await content()).originating_laboratory, (await content()).project_keywords]);
  const now = await title();
  const [button, others] = [await restoreButton(page), await rest()];
  await shot("pi-history");
  await button.click();
  await byId(page, "ask-yes").click();
  await until(async () => (await title()) !== now, "the title as it was before");
  if ((await title()) !== "Heat stress in roots") throw new Error(`restored ${await title()}`);
  if ((await rest()) !== others) throw new Error("another field changed as well");
  await shot("pi-restored");
  step("what the title said before is restored, and nothing else");
}

/** Opens the steps, newest first, up to the one whose title can be brought back, and answers its button. */
async function restoreButton(page) {
  const steps = byId(page, "history-step");
  for (let i = 0; i < (await steps.count()); i += 1) {
    const one = steps.nth(i);
    await one.locator("button").first().click();
    await one.locator('[data-testid="restore"], [data-pointer], :text("After")').first().waitFor();
    const field = one.locator('[data-testid="restore-field"][data-pointer="/project_title"]');
    if (await field.count()) return field;
  }
  throw new Error("nothing can be restored");
}

async function palette(page, shot, step) {
  await page.keyboard.press("Control+k");
  await byId(page, "palette-input").fill("replicate 3");
  await byId(page, "palette-item").filter({ hasText: "Heat shift, replicate 3" }).waitFor();
  await shot("pi-palette");
  await page.keyboard.press("Enter");
  await byId(page, "catalogue-detail").waitFor();
  step("the palette finds a trial and opens it");
  await page.locator("body").press("?");
  await byId(page, "keyboard-map").waitFor();
  await shot("pi-keys");
  await page.keyboard.press("Escape");
  await byId(page, "keyboard-map").waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await byId(page, "overview").waitFor();
  step("the keyboard map opens, and g o goes to the overview");
}

await journey(async (page, { shot, step }) => {
  for (const part of [overview, search, compare, graph, restore, palette]) await part(page, shot, step);
});
