/**
 * The files of a dataset in the real page: a folder is uploaded and described, looked into, filtered, and described by hand;
 * a lost connection, a name that is taken, and what was left out. axe looks at every state in both themes.
 *
 * Takes BASE_URL, LOGIN_URL, DATASET_ID, FOLDER (made by tests/browser/test_webapp_files.py), OUT_DIR and CHROMIUM.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { byId, until, withBrowser } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, DATASET_ID, FOLDER, OUT_DIR = "e2e/out", CHROMIUM = "/usr/bin/chromium" } = process.env;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FILES = `/workspace/datasets/${DATASET_ID}/files`;
/** 130 small files, one of 6 MB, and two by name: browsers hand over a folder a hundred entries at a time. */
const DROPPED = 133;
let violations = 0;

await withBrowser({ executable: CHROMIUM, out: OUT_DIR }, async (page, shot, faults) => {
  const look = async (name) => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => window.scrollTo(0, 0));
      await shot(`${name}-${colorScheme}`);
      await page.evaluate(axe);
      const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
      for (const v of found.violations) console.log(`axe: ${name} ${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")} ${v.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
      violations += found.violations.length;
    }
  };
  page.on("filechooser", () => {}); // from now on choosers are told of: asking for it takes the browser a moment
  let step = 0;
  const done = (what) => console.log(`step ${(step += 1)}: ${what}`);
  const rows = byId(page, "file-row");
  const table = byId(page, "file-table");
  const counts = (n) => until(async () => ((await byId(page, "files-count").textContent()) ?? "").startsWith(`${n} file`), `${n} files`, 60);
  const search = async (text, n) => {
    await byId(page, "files-search").fill(text);
    await counts(n);
    await until(async () => (await rows.count()) === n && ((await rows.first().getAttribute("data-path")) ?? "").includes(text), `${n} rows of ${text}`);
  };
  const preview = (kind, path) => page.locator(`[data-testid="file-preview"][data-kind="${kind}"][data-path="${path}"]`).waitFor();
  const sent = async (state, path) => page.locator(`[data-testid="upload"][data-state="${state}"][data-path="${path}"]`).waitFor({ timeout: 60_000 });

  /** What a file manager does: the files are handed over by the browser itself. */
  const devtools = await page.context().newCDPSession(page);
  const drag = (type, files, x = 700, y = 520) => devtools.send("Input.dispatchDragEvent", { type, x, y, data: { items: [], files, dragOperationsMask: 1 } });
  const dropAll = async (files, x, y) => {
    for (const type of ["dragEnter", "dragOver", "drop"]) await drag(type, files, x, y);
  };

  await page.goto(LOGIN_URL);
  await byId(page, "nav-workspace").waitFor();
  await page.goto(new URL(FILES, BASE_URL).href);
  await rows.first().waitFor();
  await look("before");

  await byId(page, "upload-open").click();
  await byId(page, "upload-panel").waitFor();
  await look("upload-empty");
  await byId(page, "upload-folder").setInputFiles(join(FOLDER, "plate"));
  await until(async () => (await byId(page, "upload-total").getAttribute("data-done")) === "64", "64 files uploaded", 120);
  await look("upload-done");
  await byId(page, "upload-clear").click();
  done("a folder of 64 files is uploaded; what file managers leave behind is not");

  let pieces = 0;
  await page.route("**/upload/late/large.bin", (route) => ((pieces += 1) === 3 || pieces === 4 ? route.abort("connectionreset") : route.continue()));
  await byId(page, "upload-into").fill("late");
  await byId(page, "upload-files").setInputFiles(join(FOLDER, "large.bin"));
  await sent("offline", "late/large.bin");
  await look("upload-lost");
  await sent("done", "late/large.bin");
  await page.unroute("**/upload/late/large.bin");
  done(`a lost connection was taken up again, in ${pieces} requests`);

  await page.route("**/upload/late/second.bin", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue().catch(() => undefined);
  });
  await byId(page, "upload-files").setInputFiles(join(FOLDER, "second.bin"));
  await sent("sending", "late/second.bin");
  await byId(page, "upload-pause").click();
  await sent("paused", "late/second.bin");
  await byId(page, "upload-go").click();
  await sent("done", "late/second.bin");
  await page.unroute("**/upload/late/second.bin");
  done("an upload was paused and gone on with");

  await byId(page, "upload-clear").click();
  await byId(page, "upload-into").fill("");
  await byId(page, "upload-files").setInputFiles([join(FOLDER, "other", "table.csv"), join(FOLDER, "plate", "notes.txt")]);
  await sent("clash", "table.csv");
  await sent("done", "notes.txt");
  await look("upload-clash");
  await byId(page, "keep-both").click();
  await sent("done", "table (2).csv");
  await byId(page, "upload-into").fill("plate");
  await byId(page, "upload-files").setInputFiles(join(FOLDER, "plate", "notes.txt"));
  await sent("there", "plate/notes.txt");
  await byId(page, "upload-close").click();

  await drag("dragEnter", [join(FOLDER, "dropped")]);
  await drag("dragOver", [join(FOLDER, "dropped")]);
  await byId(page, "drop-here").waitFor();
  await look("drop-over");
  await page.route("**/upload/dropped/deep/second.bin", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue().catch(() => undefined);
  });
  await drag("drop", [join(FOLDER, "dropped")]);
  await byId(page, "drop-here").waitFor({ state: "detached" });
  await sent("sending", "dropped/deep/second.bin");
  await byId(page, "upload-pause").click();
  await sent("paused", "dropped/deep/second.bin");
  await look("drop-paused");
  await byId(page, "upload-go").click();
  await until(async () => (await byId(page, "upload-total").getAttribute("data-done")) === (await byId(page, "upload-total").getAttribute("data-all")), "all that was dropped", 120);
  await page.unroute("**/upload/dropped/deep/second.bin");
  await look("drop-done");
  await byId(page, "upload-clear").click();
  await byId(page, "upload-into").fill("late");
  await drag("dragEnter", [join(FOLDER, "large.bin")]);
  await byId(page, "drop-here").getByText("late/").waitFor();
  await drag("drop", [join(FOLDER, "other", "table.csv"), join(FOLDER, "plate", "notes.txt")]);
  await sent("done", "late/notes.txt");
  await sent("done", "late/table.csv");
  await dropAll([join(FOLDER, "empty")]);
  await byId(page, "upload-note").waitFor();
  await byId(page, "upload-close").click();
  await dropAll([join(FOLDER, "plate", "page.html")], 20, 20);
  if (!page.url().includes("/files")) throw new Error("a file dropped beside took the page away");
  done("a folder with folders in it is dropped, paused and gone on with; beside the screen nothing happens");
  done("a name that is taken is kept beside the other, and the same file is known");

  await counts(69 + DROPPED);
  done("all are described");

  await search("image", 1);
  await table.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await preview("image", "plate/image.png");
  await until(() => byId(page, "look-image").evaluate((img) => img.complete && img.naturalWidth > 100), "the picture");
  await look("preview-image");
  await page.keyboard.press("Escape");
  await byId(page, "file-preview").waitFor({ state: "detached" });
  await search("w0", 9);
  await table.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  await preview("table", "plate/w01.csv");
  await until(async () => ((await byId(page, "look-table").textContent()) ?? "").includes("HSP70"), "the first rows");
  await look("preview-table");
  await page.keyboard.press("ArrowDown");
  await preview("table", "plate/w02.csv");
  await search("plate/notes", 1);
  await rows.first().click();
  await preview("text", "plate/notes.txt");
  await look("preview-text");
  await search("page.html", 1);
  await rows.first().click();
  await preview("text", "plate/page.html");
  if (await page.evaluate(() => window.__hit)) throw new Error("a script of a file ran");
  await search("large", 1);
  await rows.first().click();
  await preview("none", "late/large.bin");
  await look("preview-none");
  const saved = page.waitForEvent("download");
  await byId(page, "file-download").click();
  const file = await readFile(await (await saved).path());
  if (!file.equals(await readFile(join(FOLDER, "large.bin")))) throw new Error("what was downloaded differs");
  await byId(page, "preview-close").click();
  done("a picture, a table, a text and markup are looked at with the keyboard; a file comes back as it was");

  await byId(page, "files-search").fill("");
  await page.locator('[data-testid="facet-extension"][data-value="csv"]').check();
  await counts(63);
  await table.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("x");
  for (let i = 1; i < 50; i += 1) await page.keyboard.press("Shift+ArrowDown");
  await until(async () => (await byId(page, "selected-count").textContent())?.startsWith("50 "), "50 selected");
  await byId(page, "set-role-value").selectOption("raw");
  await look("selected");
  await byId(page, "set-role").click();
  await byId(page, "described").waitFor();
  const told = await byId(page, "described").textContent();
  if (!told?.includes("50 files")) throw new Error(`described: ${told}`);
  await page.locator('[data-testid="facet-role"][data-value="raw"]').check();
  await counts(50);
  await look("filtered");
  await page.reload();
  await counts(50);
  done("50 files got a role, a facet shows them, and the address keeps the filters");

  await page.locator('input[aria-label^="Select all files"]').check();
  await byId(page, "set-description").fill("Counts of one well");
  await page.keyboard.press("Enter");
  await until(async () => (await byId(page, "described").textContent())?.includes("50 files"), "50 descriptions");
  await byId(page, "facets-clear").click();
  await page.locator('[data-testid="facet-described"][data-value="true"]').check();
  await counts(50);
  done("all that match are described at once");

  await byId(page, "skipped").click();
  await byId(page, "skipped-list").waitFor();
  await look("skipped");
  await page.keyboard.press("Escape");
  done("what was left out is told with the reason");

  await page.goto(new URL("/workspace/bulk?kind=structures", BASE_URL).href);
  await byId(page, "bulk-preview").waitFor();
  const reach = async (id) => {
    for (let i = 0; i < 60; i += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.closest(`[data-testid="${wanted}"]`) !== null, id)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach ${id}`);
  };
  await reach("bulk-kind");
  await page.keyboard.type("Datasets: d");
  await page.waitForURL(/kind=datasets|bulk$/);
  await reach("bulk-field");
  await reach("bulk-preview");
  await page.keyboard.press("Enter");
  await byId(page, "changes").waitFor();
  await look("bulk");
  await reach("sheet-csv");
  const sheet = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const csv = (await readFile(await (await sheet).path())).toString();
  await page.keyboard.press("Tab");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  const line = csv.trimEnd().split(/\r?\n/);
  const at = line[0].split(",").findIndex((name) => /title/i.test(name));
  const cells = line[1].split(",");
  cells[at] = "Wells of a plate";
  await (await chooser).setFiles({ name: "datasets.csv", mimeType: "text/csv", buffer: Buffer.from(`${line[0]}\n${cells.join(",")}\n`) });
  await byId(page, "sheet-apply").waitFor();
  await look("sheet");
  await reach("sheet-apply");
  await page.keyboard.press("Enter");
  await until(async () => ((await byId(page, "changes").last().textContent()) ?? "").includes("Saved"), "the sheet saved");
  done("many are changed with the keyboard alone, and a spreadsheet goes there and back");

  for (const fault of faults) console.log(`fault: ${fault}`);
  violations += faults.length;
});
console.log(violations === 0 ? "no violations" : `${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;
