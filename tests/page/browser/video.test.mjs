/** The video that a client puts together, piece by piece, and what plays of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { launch, moveTo, open, showTab, truthOf } from "./open.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The events with which pieces came, in order. */
function arrivals(truth) {
  return truth.events.filter((event) => event.kind === "logged").map((event) => event.event);
}

const arrived = (page) => page.locator('#video li[data-state="arrived"]').count();

test("pieces come as they are logged, and go again when one steps back", async () => {
  const page = await open(browser, "video");
  const truth = truthOf("video");
  await showTab(page, "video");
  const events = arrivals(truth);
  assert.ok(events.length > 2);
  for (const position of [
    0,
    events[0],
    events[0] + 1,
    events[2] + 1,
    truth.length,
    events[1] + 1,
  ]) {
    await moveTo(page, position);
    assert.equal(await arrived(page), events.filter((event) => event < position).length);
  }
  assert.ok(await page.locator("#video-save").isHidden());
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("it plays when all are there, and the file is the pieces in the order of ids", async () => {
  const page = await open(browser, "video");
  const truth = truthOf("video");
  await showTab(page, "video");
  // From the end back to the middle and forward again: the player begins anew.
  for (const position of [truth.length, arrivals(truth)[1] + 1, truth.length]) {
    await moveTo(page, position);
  }
  await page.locator("#video-play").click();
  await page.waitForFunction(() => document.querySelector("#video video").currentTime > 0.2);
  assert.equal(await page.evaluate(() => document.querySelector("#video video").error), null);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#video-save").click(),
  ]);
  const ids = await page.locator("#video li").allTextContents();
  const pieces = ids.map((id) =>
    readFileSync(new URL(`../../../scenarios/video/testsrc_${id}.m4s`, import.meta.url)),
  );
  assert.ok(readFileSync(await download.path()).equals(Buffer.concat(pieces)));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a run whose chunks are no video has no tab for one", async () => {
  const page = await open(browser, "mesh");
  assert.equal(await page.locator("[aria-controls=video]").count(), 0);
  await page.context().close();
});
