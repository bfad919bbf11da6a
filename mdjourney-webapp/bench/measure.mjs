/**
 * Measures the built pages in headless Chromium and prints one JSON line of raw figures, in milliseconds.
 *
 * Takes BENCH_DIST (the build), CHROMIUM, and SIZES as JSON: {fields: rounds, rows, keys, mounts, files}. Sides take turns.
 */
import { createServer } from "node:http";
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const { BENCH_DIST, CHROMIUM = "/usr/bin/chromium", SIZES = "{}" } = process.env;
const { rows = 1000, keys = 120, mounts = 5, stockMounts = 3, files = 10_000 } = JSON.parse(SIZES);
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
/** Pauses between keys, in ms: quick typing, and stops long enough for the form to take the text in. */
const RHYTHM = [70, 90, 60, 120, 80, 330, 100, 60, 450, 90];

const server = createServer(async (request, answer) => {
  const path = normalize(new URL(request.url, "http://x").pathname).replace(/\/$/, "/index.html");
  try {
    const body = await readFile(join(BENCH_DIST, path));
    answer.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    answer.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const profile = await mkdtemp(join(tmpdir(), "mdj-bench-"));
const context = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: FLAGS, headless: true, viewport: { width: 1380, height: 900 } });

async function open(name, size = rows) {
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/?case=${name}&rows=${size}`);
  await page.waitForFunction(() => window.bench);
  await page.bringToFront();
  const mount = await page.evaluate(() => window.bench.start());
  return { page, mount };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Types into every open page in turns, so that a machine that slows down slows all of them. */
async function typing(sides) {
  const took = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const pages = {};
  for (const [name, side] of Object.entries(sides)) {
    const { page } = await open(side.case);
    await page.locator(side.field).first().click();
    pages[name] = page;
  }
  const round = 20;
  for (let typed = 0; typed < keys; typed += round) {
    for (const [name, side] of Object.entries(sides)) {
      const page = pages[name];
      await page.bringToFront();
      await page.locator(side.field).first().click();
      await sleep(600);
      await page.evaluate(() => (window.bench.keys.length = 0));
      for (let i = 0; i < round; i += 1) {
        await page.keyboard.press("abcdefghij"[i % 10]);
        await sleep(RHYTHM[i % RHYTHM.length]);
      }
      await sleep(100);
      took[name].push(...(await page.evaluate(() => window.bench.keys)));
    }
  }
  for (const page of Object.values(pages)) await page.close();
  return took;
}

async function mountTimes(name, times) {
  const took = [];
  for (let i = 0; i < times; i += 1) {
    const { page, mount } = await open(name);
    took.push(mount);
    await page.close();
  }
  return took;
}

/** Scrolls from top to bottom with the wheel; how many rows the page held at most, and tasks above 50 ms. */
async function scrolling(name, row) {
  const { page } = await open(name, files);
  await page.locator(`[data-testid="${row}"]`).first().waitFor();
  await sleep(500);
  await page.mouse.move(600, 500);
  await page.evaluate(() => (window.bench.tasks.length = 0));
  let most = 0;
  for (let i = 0; ; i += 1) {
    await page.mouse.wheel(0, 1200);
    await sleep(40);
    const at = await page.evaluate((id) => {
      const t = document.querySelector('[data-testid="file-table"]');
      return { end: t.scrollTop + t.clientHeight >= t.scrollHeight - 50, rows: document.querySelectorAll(`[data-testid="${id}"]`).length, height: t.scrollHeight };
    }, row);
    most = Math.max(most, at.rows);
    if ((at.end && at.height >= files * 30) || i > 800) break;
  }
  const tasks = await page.evaluate(() => window.bench.tasks);
  const last = await page.locator(`[data-testid="${row}"]`).last().textContent();
  await page.close();
  return { rows: most, longest: Math.max(0, ...tasks), tasks: tasks.length, last };
}

const out = {};
try {
  out.typing_form = await typing({ ours: { case: "form", field: "#root_field_150" }, plain: { case: "plain", field: "#plain" } });
  out.typing_table = await typing({ ours: { case: "table", field: '[id="root_variables_3_description"]' }, plain: { case: "plain", field: "#plain" } });
  for (const [name, times] of [["form", mounts], ["stock-form", stockMounts], ["table", mounts], ["stock-table", stockMounts], ["plain", mounts]]) out[`mount_${name}`] = await mountTimes(name, times);
  // A task is made longer by whatever else the machine does; the quietest of several passes says most about the page.
  const passes = { files: [], lines: [] };
  for (let i = 0; i < (files > 1000 ? 3 : 1); i += 1) {
    passes.files.push(await scrolling("files", "file-row"));
    passes.lines.push(await scrolling("lines", "line"));
  }
  const quietest = (all) => all.reduce((a, b) => (b.longest < a.longest ? b : a));
  out.scroll_files = quietest(passes.files);
  out.scroll_lines = quietest(passes.lines);
  console.log(JSON.stringify(out));
} finally {
  await context.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}
