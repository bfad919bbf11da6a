/**
 * Opens every screen in light and dark, also empty, with dialogs open and with errors told, keeps a screenshot of each
 * and asks axe for WCAG 2.2 A and AA violations.
 *
 * Takes BASE_URL, LOGIN_URL of an admin with a running session that holds a complete run (tests/browser/seeded.py), and
 * OUT_DIR. Exits with 0 only without violations.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { byId, withBrowser } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, OUT_DIR = "e2e/out", CHROMIUM = "/usr/bin/chromium", ONLY = "" } = process.env;
/** Only screens whose name holds this, all when it is empty. */
const asked = ([name]) => name.includes(ONLY);
if (!BASE_URL || !LOGIN_URL) {
  console.error("BASE_URL and LOGIN_URL are needed");
  process.exit(2);
}
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function audit(page) {
  await page.evaluate(axe);
  // axe counts this one as experimental, and leaves it out unless it is named
  const named = { "label-content-name-mismatch": { enabled: true } };
  const { violations } = await page.evaluate(([runOnly, rules]) => window.axe.run(document, { runOnly, rules }), [RULES, named]);
  return violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join("; ")} ${v.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
}

async function screens(page) {
  const api = (path) => page.evaluate((p) => fetch(p).then((r) => r.json()), path);
  const { items: projects } = await api("/api/v1/projects");
  const datasets = (await Promise.all(projects.map((p) => api(`/api/v1/projects/${p.project_id}/datasets`)))).flatMap((answer) => answer.items);
  const dataset = datasets.find((d) => d.runs > 0) ?? datasets[0];
  const project = dataset.project_id;
  const { items: runs } = await api(`/api/v1/datasets/${dataset.dataset_id}/runs`);
  const run = (runs.find((r) => r.status === "complete") ?? runs[0]).run_id;
  const open = (runs.find((r) => r.status === "open") ?? runs[0]).run_id;
  const empty = datasets.find((d) => !d.complete) ?? dataset;
  const { items: trials } = await api("/api/catalog/v1/trials");
  const { items: configs } = await api("/api/configs");
  return {
    start: ["/start", "yaml-drop"], workspace: ["/workspace", "project-card"], project: [`/workspace/projects/${project}/describe`, "editor"],
    "project-datasets": [`/workspace/projects/${project}/datasets`, "tree"], "project-history": [`/workspace/projects/${project}/history`, "history"],
    "dataset-incomplete": [`/workspace/datasets/${empty.dataset_id}/describe`, "editor"], structure: [`/workspace/datasets/${dataset.dataset_id}/structure`, "editor"],
    files: [`/workspace/datasets/${dataset.dataset_id}/files`, "file-row"], runs: [`/workspace/datasets/${dataset.dataset_id}/runs`, "run-row"],
    run: [`/workspace/runs/${open}`, "editor"], "run-complete": [`/workspace/runs/${run}`, "editor"], record: [`/workspace/runs/${run}/record`, "record"], instruments: ["/workspace/instruments", "instrument-add"],
    "run-history": [`/workspace/runs/${run}/history`, "history-step"], inbox: ["/inbox", "inbox"], attention: ["/attention", "attention-item"], overview: ["/overview", "completeness"],
    catalogue: ["/catalogue", "catalogue-trials"], "catalogue-search": ["/catalogue?q=heat", "catalogue-hits"], "catalogue-unreadable": ["/catalogue?q=a%20AND%20(b", "query-error"],
    "catalogue-nothing": ["/catalogue?q=zzzzzz", "catalogue-results"], trial: [`/catalogue/trials/${trials[0].trial_id}`, "quality"], timeline: [`/catalogue/trials/${trials[0].trial_id}/timeline`, "timeline"],
    "catalogue-project": [`/catalogue/projects/${trials[0].project_id}`, "open-graph"], "catalogue-dataset": [`/catalogue/datasets/${trials[0].dataset_id}`, "catalogue-detail"],
    compare: [`/catalogue/compare?trials=${trials.slice(0, 3).map((t) => t.trial_id).join(",")}`, "compare-table"], "catalogue-files": ["/catalogue?kind=file", "catalogue-hits"], "catalogue-changes": ["/catalogue/changes", "changes"], "compare-none": ["/catalogue/compare", "nav-start"],
    graph: [`/catalogue/graph/trial/${trials.at(-1).trial_id}`, "graph-node"], "graph-table": [`/catalogue/graph/trial/${trials.at(-1).trial_id}?view=table`, "graph-table"],
    "admin-sessions": ["/admin/sessions", "admin-sessions"], "admin-people": ["/admin/people", "admin-people"], "admin-configs": ["/admin/configs", "admin-configs"],
    "admin-roles": ["/admin/roles", "roles"], "admin-audit": ["/admin/audit", "audit-log"], "admin-schemas": ["/admin/schemas", "admin-schemas-document"], "admin-instruments": ["/admin/instruments", "tab-instruments"], "admin-health": ["/admin/health", "cache"],
    "config-new": ["/admin/configs/new", "config-editor"], config: [`/admin/configs/${configs[0].config_id}`, "config-editor"], "config-versions": [`/admin/configs/${configs[0].config_id}/versions`, "config-versions"],
    "account-devices": ["/account/devices", "devices"], "account-tokens": ["/account/tokens", "token-name"], "account-password": ["/account/password", "password"],
    missing: ["/no/such/place", "nav-start"],
  };
}

/** What opens or fails on a screen: the address, what to do there, and the handle that then shows. */
const MOMENTS = {
  "dialog-palette": ["/overview", (page) => page.keyboard.press("Control+k"), "palette-input"],
  "dialog-keys": ["/overview", (page) => page.keyboard.press("?"), "keyboard-map"],
  "menu-account": ["/overview", (page) => byId(page, "account").click(), "sign-out"],
  "popover-health": ["/overview", (page) => byId(page, "health").click(), "attention-open"],
  "popover-search-help": ["/catalogue", (page) => byId(page, "search-help").click(), "search-help"],
  "popover-saved": ["/catalogue?q=heat", (page) => byId(page, "saved-searches").click(), "search-name"],
  "popover-csv": ["/catalogue?q=heat", (page) => byId(page, "export-csv").click(), "csv-download"],
  "dialog-roles": ["/overview", async (page) => { await byId(page, "completeness").getByRole("link", { name: "Heat stress" }).first().click(); await byId(page, "roles-change").click(); await byId(page, "trail").or(page.getByText("Nobody has changed")).first().waitFor(); }, "role-give"],
  "dialog-cache": ["/admin/health", async (page) => { await byId(page, "cache-collect").click(); await byId(page, "cache-look").click(); }, "cache-would"],
  suggestions: ["/catalogue", (page) => byId(page, "catalogue-search").pressSequentially("st"), "suggestion"],
  "trials-chosen": ["/catalogue", (page) => byId(page, "trial-pick").first().check(), "compare"],
  "config-errors": ["/admin/configs/new", (page) => byId(page, "config-editor").fill("monitor_path: /etc\nwatch: sometimes\n"), "config-faults"],
  "dialog-stop": ["/admin/sessions", (page) => page.getByRole("button", { name: /^Stop/ }).first().click(), "ask-yes"],
  "history-step": ["/workspace", async (page) => {
    await byId(page, "tree-project").filter({ hasText: "Heat stress" }).first().click();
    await byId(page, "tab-history").click();
    const step = byId(page, "history-step").nth(1);
    await step.locator("button").first().click();
    await step.locator(".MuiCollapse-entered").waitFor();
  }, "restore-field"],
  "field-panel": ["/workspace", async (page) => {
    await byId(page, "tree-project").filter({ hasText: "Heat stress" }).first().click();
    await page.locator("#root_project_title").click();
  }, "field-step"],
  "schema-form": ["/admin/schemas", async (page) => { await byId(page, "schema-open").first().click(); await byId(page, "schema-form").click(); }, "preview-json"],
  "session-log": ["/admin/sessions", (page) => byId(page, "session-details").first().click(), "session-log"],
  "dialog-tokens": ["/admin/people", (page) => byId(page, "person-tokens").first().click(), "tokens"],
  "dialog-login-link": ["/admin/people", (page) => byId(page, "person-link").first().click(), "login-link"],
  "person-refused": ["/admin/people", async (page) => { await byId(page, "person-username").fill("Bad Name!"); await byId(page, "person-add").click(); }, "failure"],
  "dialog-schema": ["/admin/schemas", (page) => byId(page, "schema-open").first().click(), "schema-fields"],
  "schema-override": ["/admin/schemas", async (page) => { await byId(page, "schema-open").first().click(); await byId(page, "schema-override").click(); await byId(page, "override-text").fill("{"); }, "override-try"],
  "start-errors": ["/start", (page) => byId(page, "config-yaml").fill("monitor_path: /etc\n\tname: x\n"), "yaml-errors"],
};

let found = 0;
await withBrowser({ executable: CHROMIUM, out: OUT_DIR }, async (page, shot, faults) => {
  const look = async (name) => {
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await shot(`${name}-${scheme}`);
      for (const line of await audit(page)) {
        found += 1;
        console.log(`${name} ${scheme}: ${line}`);
      }
    }
  };
  await page.goto(new URL("/login", BASE_URL).href);
  await byId(page, "login-username").waitFor();
  await look("login");
  await page.goto(LOGIN_URL);
  await byId(page, "nav-start").waitFor();
  for (const [name, [path, handle]] of Object.entries(await screens(page)).filter(asked)) {
    await page.goto(new URL(path, BASE_URL).href);
    await byId(page, handle).first().waitFor();
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: "detached" });
    await look(name);
  }
  for (const [name, [path, act, handle]] of Object.entries(MOMENTS).filter(asked)) {
    await page.goto(new URL(path, BASE_URL).href);
    await byId(page, "nav-start").waitFor();
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: "detached" });
    await act(page);
    await byId(page, handle).first().waitFor();
    await look(name);
  }
  for (const fault of faults) console.log(`fault: ${fault}`);
  found += faults.length;
});
console.log(found === 0 ? "no violations" : `${found} violations`);
process.exitCode = found === 0 ? 0 : 1;
