/** What a person without a mouse does: Tab to things, press keys, type. */
import { byId, until } from "./browser.mjs";

const MOST_TABS = 260;

/** Presses Tab (or Shift+Tab) until the focused element matches. */
export async function tabTo(page, selector, key = "Tab") {
  for (let i = 0; i < MOST_TABS; i += 1) {
    if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${MOST_TABS} times ${key} and never at ${selector}`);
}

export const id = (name) => `[data-testid="${name}"], [data-testid="${name}"] *`;

export async function press(page, selector, key = "Enter") {
  await tabTo(page, selector);
  await page.keyboard.press(key);
}

const TEXTS = { email: "ada@example.org", orcid: "0000-0002-1825-0097", license: "CC-BY-4.0", repository: "https://example.org/code.git", experiment_dates: "2026-11-20", data_steward_contact_person: "Ada" };

const pointers = (page) => byId(page, "missing-item").evaluateAll((items) => items.map((item) => item.dataset.pointer));

async function answerHere(page, pointer) {
  const kind = await page.evaluate(() => {
    const e = document.activeElement;
    return e?.tagName === "BUTTON" ? (e.getAttribute("value") ? "toggle" : "add") : e?.tagName === "SELECT" ? "select" : e?.getAttribute("role") === "combobox" ? "words" : e?.type === "date" ? "date" : "text";
  });
  const own = await page.evaluate(() => document.activeElement?.id.split("_").at(-1) ?? "");
  const text = TEXTS[own] ?? TEXTS[pointer.split("/").at(-1)] ?? `Answer for ${own}`;
  if (kind === "add") {
    await page.keyboard.press("Enter");
    const field = ["root", ...pointer.split("/").slice(1)].join("_");
    await page.locator(`[data-field="${field}"] :is(input, textarea, select)`).first().waitFor();
    // The new entry stands before the button that made it.
    for (let i = 0; i < 12; i += 1) {
      await page.keyboard.press("Shift+Tab");
      const first = await page.evaluate((f) => document.activeElement === document.querySelector(`[data-field="${f}"] :is(input, textarea, select)`), field);
      if (first) break;
    }
    return answerHere(page, pointer);
  }
  if (kind === "toggle") return page.keyboard.press("Enter");
  if (kind === "select") return page.keyboard.press("ArrowDown");
  if (kind === "date") return page.keyboard.type("20112026");
  await page.keyboard.type(text);
  if (kind === "words") await page.keyboard.press("Enter");
}

/** Follows the list of what is missing until nothing is, then saves with Ctrl+S. */
export async function fillByKeyboard(page) {
  await byId(page, "editor").waitFor();
  for (let round = 0; ; round += 1) {
    const missing = await pointers(page);
    if (missing.length === 0) break;
    if (round > 40) throw new Error(`still missing: ${missing.join(", ")}`);
    await page.evaluate(() => document.activeElement?.blur());
    await press(page, `[data-testid="missing-item"][data-pointer="${missing[0]}"]`);
    await answerHere(page, missing[0]);
    await page.keyboard.press("Tab");
    await until(async () => (await pointers(page)).join() !== missing.join(), `an answer at ${missing[0]} to count`, 8);
  }
  await page.keyboard.press("Control+s");
  await until(async () => (await byId(page, "save-state").textContent()) === "Saved", "the save to be confirmed", 20);
}
