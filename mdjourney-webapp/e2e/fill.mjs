/** Fills a document's form by following its own list of what is missing, as a person would. */
import { byId, until } from "./browser.mjs";

const ANSWERS = {
  project_title: "Heat stress in roots",
  project_description: "Which genes answer first when roots get warm. #heat-stress",
  dataset_title: "RNA-Seq of warm roots, replicate 1",
  dataset_abstract: "Counts per gene at six points in time after a shift to 37 °C.",
  license: "CC-BY-4.0",
  access_level: "Public",
  experiment_name: "Heat shift, replicate 1",
  experiment_dates: "2026-11-20",
  name: "Ada Lovelace",
  email: "ada@example.org",
  orcid: "https://orcid.org/0000-0002-1825-0097",
  command: "python",
  working_directory: "/data/work",
  repository: "https://example.org/code.git",
  version: "1.0",
  title: "Warm roots protocol",
  software_parameters_script_used: "count.py --min 10",
};

const MOST_ROUNDS = 60;

const pointers = (page) => byId(page, "missing-item").evaluateAll((items) => items.map((item) => item.dataset.pointer));

/** Answers what is missing until nothing is, then saves. */
export async function fillAndSave(page) {
  await byId(page, "editor").waitFor();
  for (let round = 0; ; round += 1) {
    const missing = await pointers(page);
    if (missing.length === 0) break;
    if (round === MOST_ROUNDS) throw new Error(`still missing: ${missing.join(", ")}`);
    await answer(page, missing[0]);
    await until(async () => (await pointers(page)).join() !== missing.join(), `an answer at ${missing[0]} to count`, 8);
  }
  await save(page);
}

export async function save(page) {
  await byId(page, "save").click();
  await until(async () => (await byId(page, "save-state").textContent()) === "Saved", "the save to be confirmed", 20);
}

async function answer(page, pointer) {
  const names = pointer.split("/").slice(1);
  const id = ["root", ...names].join("_");
  const text = ANSWERS[names.at(-1)] ?? `Answer for ${names.at(-1)}`;
  const frame = page.locator(`[data-field="${id}"]`);
  const control = page.locator(`[id="${id}"]`).first();
  const inner = frame.locator("input, textarea, select").first();
  const adds = (await control.count()) > 0 && (await control.evaluate((e) => e.tagName)) === "BUTTON";
  if (adds && (await inner.count()) === 0) {
    await control.click();
    await inner.waitFor();
  } else if (!adds && (await control.count()) > 0) return enter(control, text);
  const field = await inner.getAttribute("id");
  const known = pointer.includes("software") ? "STAR" : ANSWERS[field?.split("_").at(-1) ?? ""];
  await enter(inner, known ?? text);
}

async function enter(control, text) {
  const kind = await control.evaluate((e) => (e.tagName === "BUTTON" ? "button" : e.tagName === "SELECT" ? "select" : e.getAttribute("role") === "combobox" ? "words" : (e.type === "date" ? "date" : "text")));
  if (kind === "button") return control.click();
  if (kind === "select") return control.selectOption(await optionFor(control, text));
  await control.fill(kind === "date" ? "2026-11-20" : text);
  if (kind === "words") await control.press("Enter");
  await control.blur();
}

async function optionFor(select, text) {
  const labels = await select.locator("option").allTextContents();
  const index = labels.indexOf(text);
  return { index: index > 0 ? index : 1 };
}
