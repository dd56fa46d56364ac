/** A real browser with the pages that tests/page.rs has made. */
import path from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { Truth } from "./truth.mjs";

/** The folder with NAME.html and NAME.jsonl of each run. */
const PAGES = process.env.P2P_SIM_PAGES;
if (!PAGES) throw new Error("P2P_SIM_PAGES names no folder; `cargo test --test page` does");

export const SMALL = { width: 1280, height: 720 };
export const LARGE = { width: 1920, height: 1080 };

/** Starts the browser; nothing of it reaches the network. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.P2P_SIM_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What the trace of `name` says. */
export function truthOf(name) {
  return new Truth(path.join(PAGES, `${name}.jsonl`));
}

/** Opens the page of `name` from disk; what goes wrong there is in `page.faults`. */
export async function open(browser, name, options = {}) {
  const { viewport = SMALL, hash = "", ...others } = options;
  const context = await browser.newContext({ viewport, ...others });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(file|data|blob):/.test(url)) faults.push(`asked for ${url}`);
  });
  await page.goto(pathToFileURL(path.join(PAGES, `${name}.html`)).href + hash);
  await page.waitForFunction(() => document.documentElement.dataset.position !== undefined);
  return Object.assign(page, { faults });
}

/** Moves the cursor to where `position` events have happened, by the time line. */
export function moveTo(page, there) {
  return page.evaluate((value) => {
    const timeline = document.getElementById("timeline");
    timeline.value = String(value);
    timeline.dispatchEvent(new Event("input", { bubbles: true }));
  }, there);
}

/** Where the cursor is. */
export function position(page) {
  return page.evaluate(() => Number(document.documentElement.dataset.position));
}

/** Shows the tab of the panel `id`. */
export async function showTab(page, id) {
  await page.locator(`[role=tab][aria-controls=${id}]`).click();
  await painted(page);
}

/** Waits until what has changed has been painted. */
export function painted(page) {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** The same numbers every time, from 0 to below 1. */
export function* numbers(seed) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield (state >>> 8) / 2 ** 24;
  }
}
