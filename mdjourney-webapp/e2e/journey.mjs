/**
 * What a researcher does, from a one-time link to a complete record.
 *
 * Takes BASE_URL, LOGIN_URL, DATA_DIR (holding p_Journey/first dataset with a file) and OUT_DIR; CHROMIUM and SCHEME
 * (light or dark) if they differ from the usual. Exits with 0 only when every step was seen.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { byId, journey, until } from "./browser.mjs";
import { fillAndSave } from "./fill.mjs";

const { BASE_URL, LOGIN_URL, DATA_DIR } = process.env;
const PROJECT = process.env.PROJECT ?? "p_Journey";
const DATASET = process.env.DATASET ?? "first dataset";


async function signIn(page, shot, step) {
  await page.goto(new URL("/login", BASE_URL).href);
  await byId(page, "login-username").waitFor();
  await shot("login");
  await page.goto(LOGIN_URL);
  await byId(page, "config-yaml").waitFor();
  step("signed in with the one-time link");
}

async function startSession(page, shot, step) {
  const box = byId(page, "config-yaml");
  await box.fill(`monitor_path: ${DATA_DIR}\n\tname: wrong\n`);
  await byId(page, "yaml-errors").waitFor();
  await shot("config-with-error");
  step("a config with a tab is refused, with its line");
  const yaml = `monitor_path: ${JSON.stringify(DATA_DIR)}\nname: Journey\nsettle_seconds: 0.3\n`;
  await byId(page, "config-file").setInputFiles({ name: "lab.yaml", mimeType: "application/yaml", buffer: Buffer.from(yaml) });
  await byId(page, "effective").waitFor();
  await shot("config-preview");
  await byId(page, "yaml-start").click();
  await page.waitForURL("**/workspace**", { timeout: 60_000 });
  step("the uploaded config started a session");
}

async function seeTree(page, shot, step) {
  await page.locator(`[data-testid="tree-project"][data-path="${PROJECT}"]`).waitFor({ timeout: 40_000 });
  const dataset = page.locator(`[data-testid="tree-dataset"][data-path="${PROJECT}/${DATASET}"]`);
  await dataset.waitFor({ timeout: 40_000 });
  await until(async () => (await dataset.getAttribute("data-state")) === "V1", "the dataset to become V1", 40);
  await shot("tree");
  step("project and dataset are in the tree");
  const later = `appears ${Date.now()}`;
  await mkdir(join(DATA_DIR, PROJECT, later), { recursive: true });
  await writeFile(join(DATA_DIR, PROJECT, later, "note.txt"), "later\n");
  await page.locator(`[data-testid="tree-dataset"][data-path="${PROJECT}/${later}"]`).waitFor({ timeout: 40_000 });
  step("a folder made on disk appeared without a reload");
}

async function describe(page, shot, step) {
  await page.locator(`[data-testid="tree-project"][data-path="${PROJECT}"]`).click();
  await byId(page, "editor").waitFor();
  await shot("project-empty");
  await fillAndSave(page);
  await shot("project-complete");
  step("the project's document is complete");
  await page.locator(`[data-testid="tree-dataset"][data-path="${PROJECT}/${DATASET}"]`).click();
  await page.waitForURL("**/datasets/**");
  await until(async () => (await page.locator('[data-field="root_dataset_title"]').count()) > 0, "the dataset form");
  await fillAndSave(page);
  await shot("dataset-complete");
  step("the dataset's document is complete");
  await byId(page, "tab-files").click();
  await byId(page, "file-row").first().waitFor();
  await shot("files");
  step("the files are listed");
}

async function run(page, shot, step) {
  await byId(page, "tab-runs").click();
  await byId(page, "run-start").click();
  await byId(page, "run-start-confirm").waitFor();
  await until(() => byId(page, "run-start-confirm").isEnabled(), "the templates");
  await shot("run-template");
  await byId(page, "run-start-confirm").click();
  await page.waitForURL("**/workspace/runs/**");
  await byId(page, "editor").waitFor();
  step("a run was started");
  await byId(page, "run-complete").click();
  await byId(page, "missing-link").first().waitFor();
  await shot("run-checklist");
  await byId(page, "missing-link").first().click();
  step("marking it complete lists what is missing, with links");
  await page.waitForURL("**/workspace/runs/**");
  await fillAndSave(page);
  await shot("run-filled");
  step("the run's document is filled");
  await until(() => byId(page, "run-complete").isEnabled(), "Mark complete");
  await byId(page, "run-complete").click();
  await byId(page, "complete-done").waitFor({ timeout: 60_000 });
  await shot("run-complete");
  await byId(page, "view-record").click();
  await byId(page, "record").waitFor();
  await shot("record");
  await byId(page, "record-raw").click();
  await until(async () => (await byId(page, "record").textContent())?.includes('"metadata_components"') ?? false, "the raw record");
  step("the complete record is shown");
}

async function lookAround(page, shot, step) {
  await page.goto(new URL("/inbox", BASE_URL).href);
  await byId(page, "inbox").waitFor();
  await byId(page, "inbox-item").first().waitFor();
  await shot("inbox");
  step("the inbox lists what the other dataset owes");
  await page.goto(new URL("/catalogue", BASE_URL).href);
  await byId(page, "catalogue-trials").waitFor({ timeout: 40_000 });
  await shot("catalogue");
  step("the trial is in the catalogue");
  await byId(page, "catalogue-search").fill("warm roots");
  await byId(page, "catalogue-results").locator("a").first().waitFor();
  await shot("catalogue-search");
  step("the search finds it");
}

await journey(async (page, { shot, step }) => {
  for (const part of [signIn, startSession, seeTree, describe, run, lookAround]) await part(page, shot, step);
});
