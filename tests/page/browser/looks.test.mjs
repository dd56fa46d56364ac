/** What one can choose: theme, type, motion, pace, whom to follow; and what a click on the stage does. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, moveTo, open, position, truthOf } from "./open.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function on(name, options, look) {
  const page = await open(browser, name, options);
  await look(page, truthOf(name));
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const rem = (page) => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));

test("the theme is the system's until it is chosen", () =>
  on("mesh", { colorScheme: "dark" }, async (page) => {
    const dark = await background(page);
    const seen = new Set([dark]);
    for (let press = 0; press < 3; press += 1) {
      await page.keyboard.press("t");
      seen.add(await background(page));
    }
    assert.equal(seen.size, 2, "light and dark");
    assert.equal(await background(page), dark, "and back");
  }));

test("large type is half as large again, and still fits", () =>
  on("regular", {}, async (page) => {
    const usual = await rem(page);
    await page.keyboard.press("l");
    assert.ok((await rem(page)) >= 1.4 * usual);
    const fits = await page.evaluate(
      () => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight,
    );
    assert.ok(fits, "the page scrolls");
  }));

test("with less motion a run still plays to its end", () =>
  on("line", { reducedMotion: "reduce" }, async (page, truth) => {
    assert.equal(await page.locator("#motion").getAttribute("aria-pressed"), "true");
    await page.locator("#speed").selectOption({ index: (await page.locator("#speed option").count()) - 1 });
    await page.keyboard.press("Space");
    await page.waitForFunction((end) => Number(document.documentElement.dataset.position) === end, truth.length);
  }));

test("each pace plays to the end, and shows the same there", () =>
  on("lossy", {}, async (page, truth) => {
    const reached = new Set();
    await page.locator("#speed").selectOption({ index: (await page.locator("#speed option").count()) - 1 });
    for (const pace of ["moments", "events"]) {
      await page.locator("#pace").selectOption(pace);
      await moveTo(page, 0);
      // The space bar would open the list of paces again.
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press("Space");
      await page.waitForFunction((end) => Number(document.documentElement.dataset.position) === end, truth.length);
      reached.add(await page.locator('[data-count="reached"]').textContent());
    }
    assert.equal(reached.size, 1);
  }));

test("one search can be followed", () =>
  on("mesh", {}, async (page, truth) => {
    await moveTo(page, truth.length);
    const heard = () => page.locator("#stage [data-endpoint][data-hop]").count();
    assert.equal(await heard(), truth.peers.length);
    for (const [number, search] of truth.searches.entries()) {
      await page.locator("#follow").selectOption(String(number));
      assert.equal(await heard(), search.size, `search ${number}`);
    }
  }));

test("a click on a datagram of the stage opens its bytes", () =>
  on("mesh", {}, async (page, truth) => {
    const flying = truth.datagrams.find((one) => one.type === "QUERY" && one.end > one.born + 1);
    await moveTo(page, flying.born + 1);
    await page.locator(`#stage [data-datagram="${flying.number}"]`).click({ force: true });
    const frame = await page.locator("#detail [data-frame]").textContent();
    assert.equal(frame, String(flying.number + 1));
    assert.equal(await position(page), flying.born + 1, "looking closely moves nothing");
  }));
