/** Stage, diagram, table and counters show one instant, and it is that of the trace. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, moveTo, numbers, open, showTab, truthOf } from "./open.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What the page says at this instant, apart from the table and the diagram. */
function whatIsShown() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const numbersOf = (nodes) => nodes.map((node) => Number(node.dataset.datagram)).sort((a, b) => a - b);
  const counts = all("#counters [data-count]").map((node) => [
    node.dataset.count,
    Number.parseInt(node.textContent.replaceAll(",", ""), 10),
  ]);
  return {
    position: Number(document.documentElement.dataset.position),
    counts: Object.fromEntries(counts),
    flying: numbersOf(all("#stage [data-datagram][data-state=flying]")),
    ends: all("#stage [data-datagram]")
      .filter((node) => node.dataset.state !== "flying")
      .map((node) => [Number(node.dataset.datagram), node.dataset.state]),
    heard: all("#stage [data-endpoint][data-hop]").map((node) => Number(node.dataset.endpoint)),
  };
}

const diagramShown = () =>
  [...document.querySelectorAll("#diagram [data-datagram]")].map((node) => [
    Number(node.dataset.datagram),
    node.dataset.state,
  ]);

const currentRow = () => {
  const rows = [...document.querySelectorAll("#table tr[aria-current=true]")];
  return rows.map((row) => Number(row.dataset.event));
};

/** Holds the page at `position` against the trace. */
async function agrees(page, truth, position, where) {
  await moveTo(page, position);
  const shown = await page.evaluate(whatIsShown);
  assert.equal(shown.position, position, where);
  assert.deepEqual(shown.flying, truth.inFlight(position), `${where}: on their way`);
  const heard = [...truth.reached(position)].map((name) => truth.endpoints.indexOf(name));
  assert.deepEqual(shown.heard.sort((a, b) => a - b), heard.sort((a, b) => a - b), `${where}: heard`);
  const last = truth.datagrams.find((one) => one.end === position - 1);
  const state = last && (last.isLost ? "lost" : last.isDuplicate ? "duplicate" : "landed");
  assert.deepEqual(shown.ends, last ? [[last.number, state]] : [], `${where}: ends`);
  for (const [type, count] of Object.entries(truth.sentByType(position))) {
    assert.equal(shown.counts[type], count, `${where}: ${type}`);
  }
  assert.equal(shown.counts.duplicates, truth.duplicates(position), `${where}: duplicates`);
  assert.equal(shown.counts.reached, truth.reached(position).size, `${where}: reached`);
  assert.equal(shown.counts.lost, truth.lost(position), `${where}: lost`);
  assert.equal(shown.counts["in-flight"], truth.inFlight(position).length, `${where}: in flight`);

  const stateOf = (one) => {
    if (one.end === null || one.end >= position) return "flying";
    return one.isLost ? "lost" : "delivered";
  };
  await showTab(page, "diagram");
  const arrows = await page.evaluate(diagramShown);
  const now = truth.datagrams.find((one) => [one.born, one.end].includes(position - 1));
  if (now) assert.ok(arrows.some(([number]) => number === now.number), `${where}: latest`);
  for (const [number, shownState] of arrows) {
    const one = truth.datagrams[number];
    assert.ok(one.born < position, `${where}: arrow ${number} is of the future`);
    assert.equal(shownState, stateOf(one), `${where}: arrow ${number}`);
  }

  await showTab(page, "table");
  const rows = await page.evaluate(currentRow);
  assert.deepEqual(rows, position > 0 ? [position - 1] : [], `${where}: row`);
}

for (const name of ["mesh", "line", "lossy", "churn", "regular"]) {
  test(`${name}: at random cursors, forward and backward, all panels agree with the trace`, async () => {
    const truth = truthOf(name);
    const page = await open(browser, name);
    const random = numbers(name.length);
    const cursors = [0, truth.length];
    while (cursors.length < 20) {
      cursors.push(Math.floor(random.next().value * (truth.length + 1)));
    }
    const forward = cursors.toSorted((a, b) => a - b);
    for (const cursor of forward) await agrees(page, truth, cursor, `${name} at ${cursor}`);
    for (const cursor of forward.toReversed()) {
      await agrees(page, truth, cursor, `${name} back at ${cursor}`);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
