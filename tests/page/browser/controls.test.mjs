/** Playing, stepping, keys, filters, findings, and what has been picked. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LARGE, SMALL, launch, moveTo, open, position, showTab, truthOf } from "./open.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Opens `name`, lets `look` look at it, and holds it to have had no faults. */
async function on(name, options, look) {
  const page = await open(browser, name, options);
  await look(page, truthOf(name));
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

const playing = (page) => page.evaluate(() => document.documentElement.dataset.playing === "true");

test("it plays to the end, and pauses", () =>
  on("line", {}, async (page, truth) => {
    await page.locator("#speed").selectOption({ index: -1 + (await page.locator("#speed option").count()) });
    await page.keyboard.press("Space");
    assert.ok(await playing(page));
    await page.waitForFunction((end) => Number(document.documentElement.dataset.position) === end, truth.length);
    await page.waitForFunction(() => document.documentElement.dataset.playing === "false");
    await moveTo(page, 0);
    await page.keyboard.press("Space");
    assert.ok(await playing(page));
    await page.keyboard.press("Space");
    assert.ok(!(await playing(page)));
  }));

test("keys step by datagram, forward and back, through the same places", () =>
  on("lossy", {}, async (page, truth) => {
    const isStep = (event) =>
      truth.byBirth.has(event) || truth.datagrams.some((one) => one.end === event);
    const steps = truth.events.map((one) => one.event).filter(isStep).map((event) => event + 1);
    const forward = [];
    for (let count = 0; count < 12; count += 1) {
      await page.keyboard.press("ArrowRight");
      forward.push(await position(page));
    }
    assert.deepEqual(forward, steps.slice(0, 12));
    const back = [];
    for (let count = 0; count < 11; count += 1) {
      await page.keyboard.press("ArrowLeft");
      back.push(await position(page));
    }
    assert.deepEqual(back, steps.slice(0, 11).reverse());
    await page.keyboard.press("End");
    assert.equal(await position(page), truth.length);
    await page.keyboard.press("ArrowRight");
    assert.equal(await position(page), truth.length);
    await page.keyboard.press("Home");
    assert.equal(await position(page), 0);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await position(page), 0);
  }));

test("a slide clicker steps by hop, forward and back", () =>
  on("mesh", {}, async (page, truth) => {
    const stops = [];
    for (let last = -1; ; ) {
      await page.keyboard.press("PageDown");
      const here = await position(page);
      if (here === last) break;
      stops.push(here);
      last = here;
    }
    assert.equal(stops.at(-1), truth.length);
    // Each hop of each search has its stop: 1, 2 and 3 of each of the seven HELLOs.
    assert.ok(stops.length >= 3 * 7, `${stops.length} stops`);
    const back = [];
    for (let count = 1; count < stops.length; count += 1) {
      await page.keyboard.press("PageUp");
      back.push(await position(page));
    }
    assert.deepEqual(back, stops.slice(0, -1).reverse());
  }));

test("the table filters by type, endpoint, chunk and text", () =>
  on("mesh", {}, async (page, truth) => {
    await showTab(page, "table");
    const matches = () =>
      page.evaluate(() => {
        const text = document.querySelector("#table [data-matches]").textContent;
        return Number(text.replaceAll(",", "").match(/\d+/)[0]);
      });
    /** Waits for the table to have so many matches: it looks for them once typing pauses. */
    const hasMatches = (count) =>
      page.waitForFunction((expected) => {
        const text = document.querySelector("#table [data-matches]").textContent;
        return Number(text.replaceAll(",", "").match(/\d+/)[0]) === expected;
      }, count);
    assert.equal(await matches(), truth.length);
    const ofType = (type) =>
      truth.events.filter((event) => {
        const datagram = truth.byBirth.get(event.datagram ?? event.original ?? event.event);
        return datagram?.type === type;
      });
    await page.locator("#filter-type").selectOption("QUERY");
    await hasMatches(ofType("QUERY").length);
    await page.locator("#filter-text").fill("delivered client2");
    await hasMatches(0);
    await page.locator("#filter-text").fill("DELIVERED peer3");
    const isPeer3 = (event) => {
      const { from, to } = truth.events[truth.byBirth.get(event.datagram).born];
      return from === "peer3" || to === "peer3";
    };
    const delivered = ofType("QUERY").filter((event) => event.kind === "delivered");
    await hasMatches(delivered.filter(isPeer3).length);
    await page.locator("#filter-text").fill("");
    await page.locator("#filter-type").selectOption("RESPONSE");
    await page.locator("#filter-chunk").fill("5");
    const ofFive = ofType("RESPONSE").filter((event) => {
      const datagram = truth.byBirth.get(event.datagram ?? event.event);
      return datagram.bytes.slice(4, 8) === "0005";
    });
    assert.ok(ofFive.length > 0);
    await hasMatches(ofFive.length);
    await page.locator("#filter-chunk").fill("");
    await page.locator("#filter-type").selectOption("");
    await page.locator("#filter-endpoint").selectOption({ label: "peer4" });
    const has = (event, name) => [event.from, event.to, event.who].includes(name);
    const births = truth.datagrams.filter((one) => has(truth.events[one.born], "peer4"));
    const about = new Set(births.map((one) => one.born));
    const ofPeer = truth.events.filter(
      (event) => has(event, "peer4") || about.has(event.datagram ?? event.event),
    );
    await hasMatches(ofPeer.length);
  }));

test("a click on a row shows its datagram, byte by byte", () =>
  on("mesh", {}, async (page, truth) => {
    await moveTo(page, 12);
    await showTab(page, "table");
    const sent = truth.datagrams.filter((one) => one.type === "QUERY" && one.born < 12).at(-1);
    await page.locator(`#table tr[data-event="${sent.born}"]`).click();
    const field = (name) =>
      page.locator(`#detail tr[data-field="${name}"] td:last-child`).first().textContent();
    const ttl = Number.parseInt(sent.bytes.slice(16, 20), 16);
    assert.equal(await field("ttl"), String(ttl));
    const ip = [0, 2, 4, 6].map((at) => Number.parseInt(sent.bytes.slice(4 + at, 6 + at), 16));
    assert.equal(await field("client_ip"), ip.join("."));
    const frame = await page.locator("#detail [data-frame]").textContent();
    assert.ok(frame.includes(String(sent.number + 1)));
    // What caused it is another datagram's arrival; that one is shown as it was sent.
    const cause = truth.events[truth.events[sent.born].cause].datagram;
    await page.locator(`#detail [data-cause="${cause}"]`).click();
    assert.equal(await position(page), cause + 1);
  }));

test("a finding leads to the datagram that broke the rule", () =>
  on("broken", {}, async (page, truth) => {
    await showTab(page, "findings");
    const index = truth.findings.findIndex((finding) => finding.event !== undefined);
    const finding = truth.findings[index];
    const button = page.locator(`#findings [data-finding="${index}"]`);
    const text = await button.textContent();
    assert.ok(text.includes(finding.expected) && text.includes(finding.got), text);
    await button.click();
    assert.equal(await position(page), finding.event + 1);
    assert.match(page.url(), new RegExp(`#event=${finding.event}$`));
  }));

test("the description can be read whole, and Escape folds it", () =>
  on("mesh", {}, async (page) => {
    const whole = page.locator("#whole");
    assert.ok(!(await whole.isVisible()));
    await page.locator("#short").click();
    assert.ok(await whole.isVisible());
    assert.match(await whole.textContent(), /so most QUERYs are in vain\.$/);
    await page.keyboard.press("Escape");
    assert.ok(!(await whole.isVisible()));
    // The space bar plays again, and does not open it.
    await page.keyboard.press("Space");
    assert.ok(await playing(page));
    assert.ok(!(await whole.isVisible()));
  }));

test("it asks before a hop when it is told to, and marks the answer", () =>
  on("line", {}, async (page) => {
    const question = page.locator("#stage").getByText(/who hears it next/i);
    for (let hop = 0; hop < 3; hop += 1) await page.keyboard.press("PageDown");
    assert.equal(await question.count(), 0, "it is off until it is switched on");
    await page.keyboard.press("Home");
    await page.keyboard.press("p");
    for (let hop = 0; hop < 3 && (await question.count()) === 0; hop += 1) {
      await page.keyboard.press("PageDown");
    }
    assert.equal(await question.count(), 1);
    // B hears it next, and not C.
    for (const name of ["B", "C"]) {
      await page.locator("#stage [data-endpoint]").filter({ hasText: name }).first().click();
    }
    await page.getByRole("button", { name: "Show", exact: true }).click();
    const said = await page.locator("#stage").innerText();
    assert.match(said, /✓ 1 right/);
    assert.match(said, /○ 0 missed/);
    assert.match(said, /✗ 1 wrong/);
  }));

test("a link to an event opens there", () =>
  on("mesh", { hash: "#event=17" }, async (page) => {
    assert.equal(await position(page), 18);
  }));

test("a trace that breaks off opens, and says so", () =>
  on("cut-off", {}, async (page, truth) => {
    await page.keyboard.press("End");
    assert.equal(await position(page), truth.length);
    assert.match(await page.locator("#head").textContent(), /breaks off/);
  }));

for (const viewport of [SMALL, LARGE]) {
  for (const name of ["mesh", "regular"]) {
    test(`${name} fits ${viewport.width}×${viewport.height} without scrolling`, () =>
      on(name, { viewport }, async (page, truth) => {
        await moveTo(page, Math.floor(truth.length / 2));
        const sizes = await page.evaluate(() => {
          const box = (selector) => document.querySelector(selector).getBoundingClientRect();
          const root = document.documentElement;
          return {
            overflows: root.scrollWidth > innerWidth || root.scrollHeight > innerHeight,
            stage: box("#stage"),
            controls: box("#controls"),
          };
        });
        assert.ok(!sizes.overflows, "the page scrolls");
        assert.ok(sizes.stage.width > viewport.width / 3 && sizes.stage.height > viewport.height / 3);
        assert.ok(sizes.controls.bottom <= viewport.height);
      }));
  }
}

test("no peers overlap at 50", () =>
  on("regular", {}, async (page) => {
    const nearest = await page.evaluate(() => {
      const circles = [...document.querySelectorAll("#stage [data-endpoint]")].map((group) => {
        const box = group.querySelector("circle, rect").getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2, Math.max(box.width, box.height) / 2];
      });
      let least = Infinity;
      circles.forEach(([x, y, r], index) => {
        for (const [otherX, otherY, otherR] of circles.slice(0, index)) {
          least = Math.min(least, Math.hypot(x - otherX, y - otherY) - r - otherR);
        }
      });
      return least;
    });
    assert.ok(nearest >= 0, `${nearest}`);
  }));
