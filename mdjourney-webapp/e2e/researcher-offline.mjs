/**
 * The backend is killed while somebody types and saves; nothing typed is lost, and the save goes out by itself.
 *
 * Takes BASE_URL, LOGIN_URL, OUT_DIR and CHROMIUM. Says `kill now` on standard output, then waits for a line on standard
 * input that says it was done. A session runs already.
 */
import { once } from "node:events";
import { byId, journey, until } from "./browser.mjs";

const { BASE_URL, LOGIN_URL } = process.env;

await journey(async (page, { shot, step }) => {
  await page.goto(LOGIN_URL);
  await byId(page, "nav-workspace").waitFor();
  const id = await page.evaluate(async () => (await (await fetch("/api/v1/projects")).json()).items[0].project_id);
  await page.goto(new URL(`/workspace/projects/${id}/describe`, BASE_URL).href);
  const field = page.locator("#root_project_title");
  await field.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Typed before ", { delay: 10 });
  console.log("kill now");
  await once(process.stdin, "data");
  await page.keyboard.type("and while it was away", { delay: 10 });
  // the network is cut as well, so that the save surely finds nobody
  await page.context().setOffline(true);
  await page.keyboard.press("Control+s");
  await byId(page, "save-offline").waitFor();
  await shot("offline");
  step("the save found nobody and says so");
  await page.keyboard.type(", and after", { delay: 10 });
  await page.context().setOffline(false);
  await until(async () => (await byId(page, "save-state").textContent()) === "Saved", "the save by itself", 60);
  const text = "Typed before and while it was away, and after";
  if ((await field.inputValue()) !== text) throw new Error(`the field says ${await field.inputValue()}`);
  const kept = await page.evaluate(async (p) => (await (await fetch(`/api/v1/projects/${p}/metadata/project_descriptive`)).json()).content.project_title, id);
  if (kept !== text) throw new Error(`on disk: ${kept}`);
  step("it was saved by itself, with everything typed");
});
process.stdin.destroy();
