/**
 * Two people edit one document at once; neither loses a keystroke, and a clash is asked about.
 *
 * Takes BASE_URL, LOGIN_URL and OTHER_URL (one-time links of two people), OUT_DIR and CHROMIUM. A session runs already.
 */
import { byId, journey, told, until, withBrowser } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, OTHER_URL } = process.env;

async function open(page, link) {
  await page.goto(link);
  await byId(page, "nav-start").waitFor();
  await page.evaluate(async () => {
    // the second person joins the session the first one started
    const { session } = await (await fetch("/api/session")).json();
    const me = await (await fetch("/api/auth/me")).json();
    const { items } = await (await fetch("/api/configs")).json();
    if (!session) await fetch("/api/session/start", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": me.csrf_token }, body: JSON.stringify({ config: items[0].config_id }) });
  });
  await until(() => page.evaluate(async () => (await fetch("/api/v1/health")).ok), "the session", 40);
  const id = await page.evaluate(async () => (await (await fetch("/api/v1/projects")).json()).items[0].project_id);
  await page.goto(new URL(`/workspace/projects/${id}/describe`, BASE_URL).href);
  await page.locator("#root_project_title").waitFor();
}

const saved = (page) => until(async () => (await byId(page, "save-state").textContent()) === "Saved", "a save", 20);
const write = async (page, field, text, anew = false) => {
  await page.locator(`#root_${field}`).click();
  await page.keyboard.press(anew ? "Control+a" : "Control+End");
  await page.keyboard.type(text, { delay: 15 });
};

await journey((ada, { shot, step, faults }) =>
  withBrowser(told, async (bob, _shot, more) => {
    await Promise.all([open(ada, LOGIN_URL), open(bob, OTHER_URL)]);
    await Promise.all([write(ada, "project_title", "Title by Ada, typed at the same time", true), write(bob, "project_description", "Description by Bob, typed at the same time #both", true)]);
    await ada.keyboard.press("Control+s");
    await saved(ada);
    await write(bob, "project_description", ", and on he types");
    await bob.keyboard.press("Control+s");
    await byId(bob, "conflict").or(bob.locator('[data-testid="save-state"]:has-text("Saved")')).first().waitFor();
    if (await byId(bob, "conflict").isVisible()) {
      await shot("two-merge");
      await byId(bob, "save-merged").click();
    }
    await saved(bob);
    step("different fields, both are kept");
    const content = () => ada.evaluate(async () => {
      const id = (await (await fetch("/api/v1/projects")).json()).items[0].project_id;
      return (await (await fetch(`/api/v1/projects/${id}/metadata/project_descriptive`)).json()).content;
    });
    const now = await content();
    if (now.project_title !== "Title by Ada, typed at the same time") throw new Error(`Ada lost: ${now.project_title}`);
    if (now.project_description !== "Description by Bob, typed at the same time #both, and on he types") throw new Error(`Bob lost: ${now.project_description}`);
    await until(async () => (await ada.locator("#root_project_description").inputValue()).includes("on he types"), "Bob's text on Ada's screen", 20);
    step("each sees the other's text without reloading");

    await write(ada, "project_title", " A");
    await write(bob, "project_title", " B");
    await ada.keyboard.press("Control+s");
    await saved(ada);
    await bob.keyboard.press("Control+s");
    await byId(bob, "conflict").waitFor();
    await bob.screenshot({ path: `${told.out}/two-clash.png` });
    if (!(await byId(bob, "conflict").textContent()).includes("time A")) throw new Error("the other's value is not shown");
    await byId(bob, "save-merged").click();
    await saved(bob);
    const end = await content();
    if (!end.project_title.endsWith("time B")) throw new Error(`the chosen value is not there: ${end.project_title}`);
    step("the same field is asked about");
    faults.push(...more);
  }),
);
