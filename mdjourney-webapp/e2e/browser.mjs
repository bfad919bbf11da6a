/** Headless Chromium with a profile of its own, and screenshots numbered in the order they were taken. */
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Runs `visit(page, shot)`; whatever happens, the browser and its profile are gone afterwards. */
export async function withBrowser({ executable, out, scheme = "light" }, visit) {
  await mkdir(out, { recursive: true });
  const profile = await mkdtemp(join(tmpdir(), "mdj-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable, args: FLAGS, headless: true, colorScheme: scheme,
    viewport: { width: 1380, height: 900 }, locale: "en-GB", reducedMotion: "reduce",
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(60_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
  });
  let taken = 0;
  const shot = async (name) => {
    taken += 1;
    const path = join(out, `${String(taken).padStart(2, "0")}-${name}.png`);
    await page.screenshot({ path, animations: "disabled" });
    console.log(`screenshot ${path}`);
  };
  try {
    return await visit(page, shot, faults);
  } catch (error) {
    await shot("failed").catch(() => undefined);
    throw error;
  } finally {
    await context.close();
    // what the browser started may still write into it for a moment
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

/** What every journey is told: where the app is, how to sign in, where pictures go. */
export const told = { url: process.env.BASE_URL, link: process.env.LOGIN_URL, out: process.env.OUT_DIR ?? "e2e/out", executable: process.env.CHROMIUM ?? "/usr/bin/chromium", scheme: process.env.SCHEME ?? "light" };

/**
 * Runs a journey to its end and says how it went: `visit` gets the page, `shot` and `step(text)`, and may add to `faults`.
 * The process ends with 0 only when nothing was thrown and the page told of no fault.
 */
export async function journey(visit, more = {}) {
  const seen = [];
  const step = (text) => {
    seen.push(text);
    console.log(`step ${seen.length}: ${text}`);
  };
  try {
    await withBrowser({ ...told, ...more }, async (page, shot, faults) => {
      await visit(page, { shot, step, faults });
      if (faults.length > 0) throw new Error(`the page told of faults:\n${faults.join("\n")}`);
    });
    console.log(`all ${seen.length} steps seen`);
  } catch (error) {
    console.error(`after ${seen.length} steps: ${error.stack ?? error}`);
    process.exitCode = 1;
  }
}

export const byId = (page, id) => page.locator(`[data-testid="${id}"]`);

/** Waits until `condition` holds; the page has no event for everything. */
export async function until(condition, what, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
