/**
 * Opens every screen in light and dark, keeps a screenshot of each and asks axe for WCAG 2.2 A and AA violations.
 *
 * Takes BASE_URL, LOGIN_URL of an admin with a running session that holds a complete run, and OUT_DIR. Exits with 0
 * only without violations.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { byId, withBrowser } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, OUT_DIR = "e2e/out", CHROMIUM = "/usr/bin/chromium" } = process.env;
if (!BASE_URL || !LOGIN_URL) {
  console.error("BASE_URL and LOGIN_URL are needed");
  process.exit(2);
}
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function audit(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
  return violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join("; ")} ${v.nodes[0].failureSummary.split("\n")[1] ?? ""}`);
}

async function screens(page) {
  const api = (path) => page.evaluate((p) => fetch(p).then((r) => r.json()), path);
  const { items: projects } = await api("/api/v1/projects");
  const project = projects[0].project_id;
  const { items: datasets } = await api(`/api/v1/projects/${project}/datasets`);
  const dataset = datasets.find((d) => d.runs > 0) ?? datasets[0];
  const { items: runs } = await api(`/api/v1/datasets/${dataset.dataset_id}/runs`);
  const run = runs[0].run_id;
  const empty = datasets.find((d) => !d.complete) ?? dataset;
  const { items: trials } = await api("/api/catalog/v1/trials");
  return {
    start: ["/start", "yaml-drop"], workspace: ["/workspace", "project-card"], project: [`/workspace/projects/${project}/describe`, "editor"],
    "project-datasets": [`/workspace/projects/${project}/datasets`, "tree"], "project-history": [`/workspace/projects/${project}/history`, "history"],
    "dataset-incomplete": [`/workspace/datasets/${empty.dataset_id}/describe`, "editor"], structure: [`/workspace/datasets/${dataset.dataset_id}/structure`, "editor"],
    files: [`/workspace/datasets/${dataset.dataset_id}/files`, "file-row"], runs: [`/workspace/datasets/${dataset.dataset_id}/runs`, "run-row"],
    run: [`/workspace/runs/${run}`, "editor"], record: [`/workspace/runs/${run}/record`, "record"], instruments: ["/workspace/instruments", "instrument-add"],
    inbox: ["/inbox", "inbox"], catalogue: ["/catalogue", "catalogue-trials"], trial: [`/catalogue/trials/${trials[0].trial_id}`, "catalogue-detail"],
    "admin-sessions": ["/admin/sessions", "admin-sessions"], "admin-people": ["/admin/people", "admin-people"], "admin-configs": ["/admin/configs", "admin-configs"],
    missing: ["/no/such/place", "nav-start"],
  };
}

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
  for (const [name, [path, handle]] of Object.entries(await screens(page))) {
    await page.goto(new URL(path, BASE_URL).href);
    await byId(page, handle).first().waitFor();
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: "detached" });
    await look(name);
  }
  for (const fault of faults) console.log(`fault: ${fault}`);
  found += faults.length;
});
console.log(found === 0 ? "no violations" : `${found} violations`);
process.exitCode = found === 0 ? 0 : 1;
