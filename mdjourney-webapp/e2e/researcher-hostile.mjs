/**
 * Sixty hostile strings as values, file names and queries, on every screen that shows them: no script runs, nothing is drawn but text.
 *
 * Takes BASE_URL, LOGIN_URL, OUT_DIR and CHROMIUM. A session runs already on a folder whose dataset has files named by
 * the strings (see HOSTILE in hostile.mjs; `node e2e/hostile-names.mjs` prints them).
 */
import { byId, journey, until } from "./browser.mjs";
import { HOSTILE } from "./hostile.mjs";

const { BASE_URL, LOGIN_URL } = process.env;

await journey(async (page, { shot, step, faults }) => {
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(LOGIN_URL);
  await byId(page, "nav-workspace").waitFor();
  const clean = async (where) => {
    const hit = await page.evaluate(() => ({ hit: window.__hit, drawn: document.querySelectorAll("img[src='x'], script:not([src]), iframe, object, embed, marquee, [onload], [onerror], [onclick], a[href^='javascript:']").length }));
    if (hit.hit !== undefined || hit.drawn > 0) throw new Error(`${where}: a string was taken for more than text: ${JSON.stringify(hit)}`);
  };
  const ids = await page.evaluate(async () => {
    const project = (await (await fetch("/api/v1/projects")).json()).items[0].project_id;
    const dataset = (await (await fetch(`/api/v1/projects/${project}/datasets`)).json()).items[0].dataset_id;
    return { project, dataset };
  });

  await page.goto(new URL(`/workspace/projects/${ids.project}/describe`, BASE_URL).href);
  await page.locator("#root_project_title").waitFor();
  for (const text of HOSTILE) {
    await page.locator("#root_project_title").fill(text);
    await page.locator("#root_project_description").fill(`${text} #tag`);
    await clean(`typed ${text}`);
  }
  const all = HOSTILE.join(" ");
  await page.locator("#root_project_title").fill(HOSTILE[1]);
  await page.locator("#root_project_description").fill(all);
  await page.keyboard.press("Control+s");
  await until(async () => (await byId(page, "save-state").textContent()) === "Saved", "a save", 20);
  await page.reload();
  await page.locator("#root_project_title").waitFor();
  if ((await page.locator("#root_project_description").inputValue()) !== all) throw new Error("the text came back changed");
  await clean("form after reload");
  await shot("hostile-form");
  step("60 strings typed, saved and read back as they were");

  const queries = [
    ["files", `/workspace/datasets/${ids.dataset}/files`, "file-row"], ["history", `/workspace/projects/${ids.project}/history`, "history"], ["workspace", "/workspace", "tree"], ["inbox", "/inbox", "inbox"],
    ["bulk", "/workspace/bulk?kind=projects", "bulk"], ["catalogue", `/catalogue?q=${encodeURIComponent(HOSTILE[1])}`, "catalogue-search"], ["nowhere", `/${encodeURIComponent(HOSTILE[0])}`, "nav-start"],
    ["no such run", `/workspace/runs/${encodeURIComponent("<img src=x onerror=alert`1`>")}`, "failure"], ["a field of the address", `/workspace/projects/${ids.project}/describe?field=${encodeURIComponent("/" + HOSTILE[8])}`, "editor"],
  ];
  for (const [name, path, handle] of queries) {
    await page.goto(new URL(path, BASE_URL).href);
    await byId(page, handle).first().waitFor();
    await clean(name);
    await shot(`hostile-${name.replaceAll(" ", "-")}`);
  }
  step("screens, addresses and errors that carry them show text");

  await page.goto(new URL(`/workspace/datasets/${ids.dataset}/files`, BASE_URL).href);
  await byId(page, "file-row").first().waitFor();
  const count = Number(await byId(page, "file-table").getAttribute("aria-rowcount")) - 1;
  if (count < 30) throw new Error(`only ${count} files are listed`);
  for (const text of HOSTILE.slice(0, 12)) {
    await byId(page, "files-search").fill(text);
    await clean(`search for ${text}`);
  }
  await page.goto(new URL("/start", BASE_URL).href);
  await byId(page, "config-yaml").waitFor();
  for (const text of HOSTILE.slice(0, 20)) {
    await byId(page, "config-yaml").fill(`monitor_path: ${JSON.stringify(text)}\n${JSON.stringify(text)}: 1\n`);
    await byId(page, "yaml-errors").waitFor();
    await clean(`config with ${text}`);
  }
  step("file names, searches and errors of configs show text");

  // every text that can be typed anywhere: each of the strings, one after the other, in each field
  const runs = await page.evaluate(async (id) => (await (await fetch(`/api/v1/datasets/${id}/runs`)).json()).items, ids.dataset);
  const everywhere = [
    `/workspace/projects/${ids.project}/describe`, `/workspace/datasets/${ids.dataset}/describe`, `/workspace/datasets/${ids.dataset}/structure`, ...runs.slice(0, 1).map((r) => `/workspace/runs/${r.run_id}`),
    `/workspace/datasets/${ids.dataset}/files`, "/workspace/bulk?kind=projects", "/workspace/instruments", "/catalogue", "/admin/people", "/admin/configs/new", "/account/tokens", "/start",
  ];
  let fields = 0;
  for (const path of everywhere) {
    await page.goto(new URL(path, BASE_URL).href);
    await page.locator("main :is(input, textarea):visible").first().waitFor();
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: "detached" });
    fields += await page.evaluate(typeAll, HOSTILE);
    await clean(`every field of ${path}`);
  }
  if (fields < 50) throw new Error(`only ${fields} fields were found`);
  step(`each string was typed into each of ${fields} fields`);
});

/** Runs in the page: puts every string into every line and area that takes text; answers how many there were. */
async function typeAll(strings) {
  const taking = [...document.querySelectorAll("input, textarea")].filter((e) => ["text", "search", "url", "email", "textarea"].includes(e.type) && !e.readOnly && !e.disabled && e.checkVisibility());
  for (const field of taking) {
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
    for (const text of strings) {
      if (!field.isConnected) break;
      set.call(field, text);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      // what was typed is drawn before this goes on
      await null;
    }
    await new Promise((resolve) => setTimeout(resolve));
    field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  }
  return taking.length;
}
