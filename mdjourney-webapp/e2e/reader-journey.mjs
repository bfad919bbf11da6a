/**
 * What somebody with the role of a reader does: everything can be looked at and exported, nothing can be changed.
 *
 * Takes BASE_URL, LOGIN_URL of a reader who is a member of the running config, OUT_DIR, and MINE: the ids of seeded.py.
 */
import { byId, journey, until } from "./browser.mjs";

const { BASE_URL, LOGIN_URL } = process.env;
const CHANGING = ["save", "run-start", "run-complete", "run-abandon", "run-copy", "restore", "restore-field", "field-take", "files-upload", "bulk-apply", "instrument-add", "set-role"];

const changing = (page) => page.evaluate((ids) => ids.filter((id) => [...document.querySelectorAll(`[data-testid="${id}"]`)].some((e) => e.checkVisibility() && !e.disabled)), CHANGING);

await journey(async (page, { shot, step }) => {
  const nothing = async (where) => {
    const found = await changing(page);
    if (found.length > 0) throw new Error(`${where} offers a reader: ${found.join(", ")}`);
  };
  const ask = (path, method = "GET") => page.evaluate(async ([p, m]) => {
    const me = await (await fetch("/api/auth/me")).json();
    const answer = await fetch(p, { method: m, headers: { "X-CSRF-Token": me.csrf_token, "Content-Type": "application/json", "If-Match": "*" }, ...(m === "GET" ? {} : { body: JSON.stringify({ content: {} }) }) });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }, [path, method]);
  await page.goto(LOGIN_URL);
  await byId(page, "nav-start").waitFor();
  if ((await byId(page, "nav-admin").count()) > 0) throw new Error("a reader is offered the admin screens");
  await byId(page, "nav-start").click();
  await byId(page, "config-start").first().click();
  await page.waitForURL("**/workspace**", { timeout: 60_000 });
  step("a reader joins the session of the config");

  await byId(page, "tree-project").filter({ hasText: "Heat stress" }).first().click();
  await page.locator("#root_project_title").waitFor();
  if (await page.locator("#root_project_title").isEditable()) throw new Error("a reader can type into a form");
  await nothing("a project's form");
  await shot("reader-form");
  await byId(page, "tab-history").click();
  await byId(page, "history-step").first().locator("button").first().click();
  await byId(page, "history-step").first().locator(".MuiCollapse-entered").waitFor();
  await nothing("the history");
  step("forms and history are read, and offer no change");

  const { body: projects } = await ask("/api/v1/projects");
  const project = projects.items.find((p) => p.datasets > 0 && p.title?.includes("Heat"));
  const { body: datasets } = await ask(`/api/v1/projects/${project.project_id}/datasets`);
  const dataset = datasets.items.find((d) => d.runs > 0);
  const { body: runs } = await ask(`/api/v1/datasets/${dataset.dataset_id}/runs`);
  const complete = runs.items.find((r) => r.status === "complete");
  const screens = [[`/workspace/datasets/${dataset.dataset_id}/files`, "file-row"], [`/workspace/datasets/${dataset.dataset_id}/runs`, "run-row"], [`/workspace/runs/${complete.run_id}`, "editor"], [`/workspace/runs/${complete.run_id}/record`, "record"]];
  for (const [path, handle] of screens) {
    await page.goto(new URL(path, BASE_URL).href);
    await byId(page, handle).first().waitFor();
    await nothing(path);
  }
  await shot("reader-record");
  step("files, runs and the complete record are read, and offer no change");

  const url = `/api/v1/projects/${project.project_id}/metadata/project_descriptive`;
  const refused = await ask(url, "PUT");
  if (refused.status !== 403) throw new Error(`a reader's change is answered with ${refused.status}`);
  await page.goto(new URL("/admin/people", BASE_URL).href);
  await until(async () => /Only lab admins/.test(await page.locator("main").innerText()), "the admin screens to be closed");
  step("what a reader asks for by hand is refused as well");

  await page.goto(new URL("/catalogue?q=kind%3Atrial", BASE_URL).href);
  await byId(page, "hit").first().waitFor();
  await byId(page, "hit").first().click();
  await byId(page, "quality").waitFor();
  await shot("reader-trial");
  step("the catalogue is open to a reader");

  await page.goto(new URL(`/catalogue/projects/${project.project_id}`, BASE_URL).href);
  await byId(page, "project-roles").getByText("Project admin").first().waitFor();
  if (!/who changed them, are looked after by/.test(await byId(page, "project-roles").innerText())) throw new Error("a reader is not told whose matter the trail of roles is");
  if ((await byId(page, "roles-change").count()) > 0) throw new Error("a reader is offered to change roles");
  if ((await ask(`/api/catalog/v1/audit?project_id=${project.project_id}`)).status !== 403) throw new Error("a reader is told who changed roles");
  step("a reader sees who works on a project, and whose matter the trail of roles is");
});
