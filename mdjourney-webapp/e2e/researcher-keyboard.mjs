/**
 * From sign-in to a complete record with the keyboard alone; the pointer is never used.
 *
 * Takes BASE_URL, USERNAME, PASSWORD, DATA_DIR (holding p_Journey/first dataset with a file), OUT_DIR and CHROMIUM.
 */
import { byId, journey, until } from "./browser.mjs";
import { fillByKeyboard, id, press, tabTo } from "./keyboard.mjs";

const { BASE_URL, USERNAME = "ada", PASSWORD, DATA_DIR } = process.env;

await journey(async (page, { shot, step }) => {
  await page.goto(new URL("/login", BASE_URL).href);
  await byId(page, "login-username").waitFor();
  await tabTo(page, "#username, [data-testid=login-username], [data-testid=login-username] input");
  await page.keyboard.type(USERNAME);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await byId(page, "config-yaml").waitFor();
  await tabTo(page, id("config-yaml"));
  await page.keyboard.press("Control+a");
  await page.keyboard.type(`monitor_path: ${JSON.stringify(DATA_DIR)}\nname: Keys\nsettle_seconds: 0.3\n`);
  await until(() => byId(page, "yaml-start").isEnabled(), "the config to be accepted");
  await press(page, id("yaml-start"));
  await page.waitForURL("**/workspace**", { timeout: 60_000 });
  const dataset = page.locator('[data-testid="tree-dataset"][data-path="p_Journey/first dataset"]');
  await dataset.waitFor({ timeout: 40_000 });
  await until(async () => (await dataset.getAttribute("data-state")) === "V1", "the dataset to become V1", 40);
  step("signed in and started a session");

  await tabTo(page, '[data-testid="tree"] *, [role="treeitem"]');
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/projects/**");
  await until(async () => (await page.locator('[data-field="root_project_title"]').count()) > 0, "the project form");
  await fillByKeyboard(page);
  await shot("keyboard-project");
  step("the project is complete");

  await page.evaluate(() => document.activeElement?.blur());
  await tabTo(page, '[role="treeitem"]');
  for (let i = 0; i < 6 && !(await page.evaluate(() => document.activeElement?.matches('[data-path="p_Journey/first dataset"]'))); i += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/datasets/**");
  await until(async () => (await page.locator('[data-field="root_dataset_title"]').count()) > 0, "the dataset form");
  await fillByKeyboard(page);
  step("the dataset is complete");

  await page.evaluate(() => document.activeElement?.blur());
  await press(page, '[data-testid="tab-runs"]');
  await byId(page, "run-start").waitFor();
  await press(page, id("run-start"));
  await until(() => byId(page, "run-start-confirm").isEnabled(), "the templates");
  await press(page, id("run-start-confirm"));
  await page.waitForURL("**/workspace/runs/**");
  await until(async () => (await page.locator('[data-field="root_experiment_name"]').count()) > 0, "the run's form");
  await fillByKeyboard(page);
  step("the run is filled");
  await until(() => byId(page, "run-complete").isEnabled(), "Mark complete");
  await page.evaluate(() => document.activeElement?.blur());
  await press(page, id("run-complete"));
  await byId(page, "complete-done").waitFor({ timeout: 60_000 });
  await press(page, id("view-record"));
  await byId(page, "record").waitFor();
  await shot("keyboard-record");
  step("the complete record is shown");
});
