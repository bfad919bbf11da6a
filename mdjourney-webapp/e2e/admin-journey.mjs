/**
 * What a lab admin does: uploads a bad config, then a good one; adds people, gives roles, looks at sessions and health.
 *
 * Takes BASE_URL, LOGIN_URL of an admin, DATA_DIR (a folder that may be monitored) and OUT_DIR; CHROMIUM and SCHEME if
 * they differ from the usual. Exits with 0 only when every step was seen.
 */
import { byId, journey, until } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, DATA_DIR } = process.env;

const upload = (page, yaml) => byId(page, "config-upload").setInputFiles({ name: "lab.yaml", mimeType: "application/yaml", buffer: Buffer.from(yaml) });
const go = (page, path) => page.goto(new URL(path, BASE_URL).href);

async function badConfig(page, shot, step) {
  await page.goto(LOGIN_URL);
  await byId(page, "nav-admin").click();
  await byId(page, "tab-configs").click();
  await byId(page, "config-new").click();
  await upload(page, `monitor_path: ${JSON.stringify(DATA_DIR)}\nname: Plant lab\nsettle_secs: 2\nwatch: sometimes\n`);
  await byId(page, "config-faults").waitFor();
  await until(async () => /Line 3.*settle_secs/s.test((await byId(page, "config-faults").textContent()) ?? ""), "the unknown key at its line");
  await page.locator('[data-marked="true"]').first().waitFor();
  if (await byId(page, "config-save").isEnabled()) throw new Error("a bad config can be saved");
  await shot("admin-config-bad");
  step("a bad config is refused at its lines before it is saved");
  await upload(page, "monitor_path: /etc\n");
  await until(async () => /monitor_path/.test((await byId(page, "config-faults").textContent()) ?? ""), "the folder to be refused");
  step("a folder outside the allowed ones is refused");
}

async function goodConfig(page, shot, step) {
  await upload(page, `# the lab's folder\nmonitor_path: ${JSON.stringify(DATA_DIR)}\nname: Plant lab\nsettle_seconds: 0.3\n`);
  await until(() => byId(page, "config-save").isEnabled(), "the good config to be accepted");
  await shot("admin-config-good");
  await byId(page, "config-save").click();
  await page.waitForURL(/admin\/configs\/[0-9a-f-]{36}/);
  await byId(page, "config-editor").waitFor();
  step("a good config is stored");
}

async function people(page, shot, step) {
  await go(page, "/admin/people");
  await byId(page, "person-username").fill("Bad Name!");
  await byId(page, "person-add").click();
  await byId(page, "failure").waitFor();
  await shot("admin-person-refused");
  await byId(page, "person-username").fill("grace");
  await byId(page, "person-name").fill("Grace Hopper");
  await byId(page, "person-add").click();
  await byId(page, "person-added").waitFor();
  const link = await byId(page, "new-link").inputValue();
  if (!link.startsWith(`${BASE_URL}/login?token=`)) throw new Error(`link ${link}`);
  await byId(page, "admin-people").getByText("Grace Hopper").waitFor();
  await shot("admin-people");
  step("a person is added and gets a one-time link");
  await page.getByLabel("Role of grace").selectOption("reader");
  await until(async () => (await page.evaluate(() => fetch("/api/users").then((r) => r.json()))).items.some((u) => u.user_id === "grace" && u.role === "reader"), "the role");
  step("a role is changed");
}

async function member(page, shot, step) {
  await go(page, "/admin/configs");
  await byId(page, "config-link").click();
  await byId(page, "config-editor").waitFor();
  const add = page.getByLabel("Add a person");
  await until(async () => (await add.getAttribute("aria-disabled")) !== "true", "the members");
  await add.click();
  await page.getByRole("option", { name: "Grace Hopper" }).click();
  await until(async () => (await byId(page, "config-editor").inputValue()).includes("members: [grace]"), "the member in the text");
  await until(() => byId(page, "config-save").isEnabled(), "the change to be accepted");
  await byId(page, "config-save").click();
  await byId(page, "config-saved").waitFor();
  await byId(page, "tab-versions").click();
  await byId(page, "config-versions").getByText("+members: [grace]").waitFor();
  await shot("admin-config-versions");
  step("a member is added; the versions show what changed");
}

async function sessions(page, shot, step) {
  await go(page, "/start");
  await byId(page, "config-start").first().click();
  await page.waitForURL("**/workspace**", { timeout: 60_000 });
  await go(page, "/admin/sessions");
  const row = byId(page, "session-row").filter({ hasText: "ready" }).first();
  await row.waitFor();
  await byId(page, "session-details").first().click();
  await shot("admin-sessions");
  step("the running session is listed with its process");
  await go(page, "/admin/schemas");
  await byId(page, "schema-open").first().click();
  await byId(page, "schema-fields").waitFor();
  await shot("admin-schema");
  step("every schema says why it counts, and what it asks");
  await byId(page, "schema-override").click();
  const text = byId(page, "override-text");
  const schema = JSON.parse(await text.inputValue());
  await text.fill("{ not json");
  if (await byId(page, "override-try").isEnabled()) throw new Error("what is not JSON can be tried");
  await text.fill(JSON.stringify({ ...schema, "x-required-to-complete": [...(schema["x-required-to-complete"] ?? []), "originating_laboratory"] }, null, 2));
  await byId(page, "override-try").click();
  await byId(page, "override-impact").waitFor();
  await shot("admin-override-impact");
  await byId(page, "override-save").click();
  await until(async () => (await page.evaluate(() => fetch("/api/v1/schemas").then((r) => r.json()))).items[0].source === "local", "the override to count");
  await byId(page, "override-drop").waitFor();
  await shot("admin-override-saved");
  step("an override is tried, then saved, and counts");
  await go(page, "/admin/health");
  await byId(page, "admin-health").getByText("Backends ready").waitFor();
  await shot("admin-health");
  await byId(page, "cache").getByText("How they are kept").waitFor();
  step("health tells of gateway, store, session and old versions of files");
  await byId(page, "tab-audit").click();
  await byId(page, "audit-log").getByText("Account made").first().waitFor();
  await byId(page, "audit-log").getByText("Config saved").first().waitFor();
  await shot("admin-audit");
  step("the audit screen tells who made accounts and configs");
}

async function credentials(page, shot, step) {
  await go(page, "/account/tokens");
  await byId(page, "token-name").fill("Sequencer 3");
  await byId(page, "token-make").click();
  await byId(page, "token-secret").waitFor();
  if (!(await byId(page, "token-secret").inputValue()).startsWith("mdj_")) throw new Error("no token was shown");
  await shot("account-tokens");
  await byId(page, "tokens").getByText("Sequencer 3").waitFor();
  await byId(page, "tab-devices").click();
  await byId(page, "devices").getByText("this one").waitFor();
  await shot("account-devices");
  step("a token is made and shown once; this device is in the list");
  await go(page, "/admin/people");
  await page.getByRole("button", { name: "Tokens: ada" }).click();
  await page.getByRole("button", { name: "Delete Sequencer 3" }).click();
  if (!/Sequencer 3 of ada/.test(await page.getByRole("dialog").last().innerText())) throw new Error("a token goes without a question");
  await shot("admin-token-ends");
  await byId(page, "ask-yes").click();
  await page.getByText("ada has no token").waitFor();
  if ((await page.evaluate(() => fetch("/api/auth/tokens").then((r) => r.json()))).items.length > 0) throw new Error("the token is there still");
  step("somebody's tokens are listed, and ended after a question");
}

await journey(async (page, { shot, step }) => {
  for (const part of [badConfig, goodConfig, people, member, sessions, credentials]) await part(page, shot, step);
});
