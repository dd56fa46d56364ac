/** Long runs and large overlays: little is drawn, what is left out is said. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, moveTo, open, showTab, truthOf } from "./open.mjs";

/** The most elements that a frame draws. */
const MOST = 2000;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const name of ["fivehundred", "thousands"]) {
  test(`${name}: at most ${MOST} elements, and a word about the rest`, async () => {
    const truth = truthOf(name);
    const page = await open(browser, name);
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9, 1]) {
      const position = Math.floor(truth.length * part);
      await moveTo(page, position);
      for (const tab of ["diagram", "table"]) {
        await showTab(page, tab);
        const drawn = await page.evaluate(() => ({
          elements: document.querySelectorAll(
            "#stage svg *, #diagram svg *, #table tbody *, #controls svg *",
          ).length,
          flying: document.querySelectorAll("#stage [data-datagram][data-state=flying]").length,
          thinned: [...document.querySelectorAll("#stage [data-thinned]")]
            .map((node) => node.textContent)
            .join(" "),
        }));
        assert.ok(drawn.elements <= MOST, `${drawn.elements} elements at ${position}`);
        const flying = truth.inFlight(position).length;
        if (drawn.flying < flying) {
          assert.match(drawn.thinned.replaceAll(",", ""), new RegExp(`\\b${flying}\\b`));
        }
      }
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
