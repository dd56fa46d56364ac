/** An accessibility audit finds nothing serious, in light and dark, in each tab. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { launch, moveTo, open, truthOf } from "./open.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const colorScheme of ["light", "dark"]) {
  test(`nothing serious in ${colorScheme}`, async () => {
    const page = await open(browser, "broken", { colorScheme });
    await page.addScriptTag({ path: AXE });
    await moveTo(page, Math.floor(truthOf("broken").length / 2));
    const tabs = await page.locator("[role=tab]").all();
    assert.ok(tabs.length >= 4);
    for (const tab of tabs) {
      await tab.click();
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
      assert.deepEqual(told, [], await tab.textContent());
    }
    await page.context().close();
  });
}

test("everything that can be clicked can be reached by Tab, and shows that it is", async () => {
  const page = await open(browser, "mesh");
  const wanted = await page.evaluate(
    () => [...document.querySelectorAll("#head button, #head select, #controls button, #controls select, #controls input")].length,
  );
  const seen = new Set();
  for (let count = 0; count < 300; count += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const node = document.activeElement;
      if (!node || node === document.body) return null;
      const all = [...document.querySelectorAll("*")];
      // A group of a drawing shows it on its body.
      const shown = node.querySelector(":scope > .body") ?? node;
      const { outlineStyle, boxShadow, stroke } = getComputedStyle(shown);
      const probe = document.createElement("i");
      probe.style.color = "var(--accent)";
      document.body.append(probe);
      const isStroked = stroke === getComputedStyle(probe).color;
      probe.remove();
      const isShown = outlineStyle !== "none" || boxShadow !== "none" || isStroked;
      const where = node.closest("#head, #controls") && node.matches("button, select, input");
      return { index: all.indexOf(node), isShown, counts: Boolean(where), html: node.outerHTML.slice(0, 120) };
    });
    if (!focus) continue;
    assert.ok(focus.isShown, `no focus is seen on ${focus.html}`);
    if (focus.counts) seen.add(focus.index);
    if (seen.size === wanted) break;
  }
  assert.equal(seen.size, wanted);
  await page.context().close();
});
