/**
 * Schemas of other communities, drawn in the editor of schemas under the app's own content security policy: every field
 * has its place, a text that is typed stands in the document, nothing is left undrawn.
 *
 * Takes BASE_URL, LOGIN_URL of an admin with a running session, SCHEMAS_DIR (one JSON file each), OUT_DIR and CHROMIUM.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { byId, journey, until } from "./browser.mjs";

const { BASE_URL, LOGIN_URL, SCHEMAS_DIR, TEMPLATE = "Computational workflow" } = process.env;

/** The fields that stand at the top of a document, also where the schema is a reference as a whole. */
function fieldsOf(schema) {
  const at = (ref) => ref.replace(/^#\//, "").split("/").reduce((here, part) => here?.[part], schema);
  const whole = schema.$ref ? { ...at(schema.$ref), ...schema } : schema;
  return Object.entries(whole.properties ?? {}).filter(([name, field]) => name !== "$schema" && field !== false).map(([name]) => name);
}

/** Presses the buttons that bring out what is folded, then types into the first line there is. */
async function typed(preview) {
  const line = preview.locator('input[type=text]:not([readonly]):not([role=combobox]):not([aria-label^="Name "]), textarea:not([readonly])');
  for (let i = 0; i < 3 && (await line.count()) === 0; i += 1) {
    const more = preview.getByRole("button", { name: /^(Add|Fill in)/ });
    if ((await more.count()) === 0) return null;
    await more.first().click();
  }
  if ((await line.count()) === 0) return null;
  const name = preview.locator('input[aria-label^="Name "]');
  if ((await name.count()) > 0) await name.first().fill("n");
  const number = (await line.first().getAttribute("inputmode")) === "decimal";
  const text = number ? "4711" : (await line.first().getAttribute("data-testid")) === "whole-json" ? '{"typed": "Typed here"}' : "Typed here";
  await line.first().fill(text);
  await line.first().blur();
  return number ? "4711" : "Typed here";
}

await journey(async (page, { shot, step }) => {
  await page.setViewportSize({ width: 1500, height: 1500 });
  await page.goto(LOGIN_URL);
  await byId(page, "nav-start").waitFor();
  await page.goto(new URL("/admin/schemas", BASE_URL).href);
  await page.getByRole("row").filter({ hasText: TEMPLATE }).getByTestId("schema-open").first().click();
  await byId(page, "schema-override").click();
  const preview = byId(page, "schema-preview");
  await preview.waitFor();
  for (const file of (await readdir(SCHEMAS_DIR)).sort()) {
    const name = file.replace(/\.json$/, "");
    const schema = JSON.parse(await readFile(join(SCHEMAS_DIR, file), "utf8"));
    const fields = fieldsOf(schema);
    await byId(page, "override-text").fill(JSON.stringify(schema));
    const undrawn = () => preview.evaluate((root, names) => names.filter((n) => !["", "__kinds"].some((end) => root.querySelector(`[data-field=${JSON.stringify(`root_${n}${end}`)}]`))), fields);
    await until(async () => (await byId(page, "whole-json").count()) > 0 || ((await preview.count()) > 0 && (await undrawn()).length === 0 && !(await preview.textContent()).includes("Experiment name")), `every field of ${name}`, 30).catch(async (error) => {
      throw new Error(`${error.message}: ${(await undrawn()).join(", ")}`);
    });
    if (/Unsupported|Unknown field/.test(await preview.textContent())) throw new Error(`${name}: something is not drawn`);
    const text = await typed(preview);
    if (text === null) throw new Error(`${name}: nothing can be typed`);
    await until(async () => (await byId(page, "preview-json").textContent()).includes(text), `${name}: what was typed in the document`);
    await shot(`schema-${name}`);
    step(`${name}: ${fields.length} fields, ${await preview.locator("input, textarea, select").count()} controls`);
    await byId(page, "preview-reset").click();
  }
});
