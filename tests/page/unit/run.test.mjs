import assert from "node:assert/strict";
import { test } from "node:test";

import { FATE, Run } from "../../../src/page/web/run.js";
import { kept, madeRun } from "./made.mjs";

const KEPT = ["mesh", "duplicated-query", "lost-query"];

/** What is on its way, looked up for each datagram apart. */
function naive(data, position) {
  const { born, end } = data.datagrams;
  const numbers = born.map((_, datagram) => datagram);
  return numbers.filter((one) => born[one] < position && (end[one] < 0 || end[one] >= position));
}

const runs = [
  ...KEPT.map((name) => [name, kept(name)]),
  ...[0, 1, 511, 512, 513, 1600].map((length) => [`made of ${length}`, madeRun(length, length)]),
];

for (const [name, data] of runs) {
  test(`what is on its way at every position, forward and backward: ${name}`, () => {
    const run = new Run(data);
    const positions = [...Array(run.length + 1).keys()];
    for (const position of [...positions, ...positions.toReversed()]) {
      assert.deepEqual(run.inFlight(position), naive(data, position), `at ${position}`);
    }
  });
}

test("what has begun to happen has not happened: a fraction counts for nothing", () => {
  const run = new Run(kept("mesh"));
  for (let position = 0; position < run.length; position += 1) {
    assert.deepEqual(run.inFlight(position + 0.9), run.inFlight(position));
    assert.deepEqual(run.heard(position + 0.9, -1), run.heard(position, -1));
  }
});

test("each datagram has one birth and at most one end", () => {
  for (const name of KEPT) {
    const run = new Run(kept(name));
    const events = [...Array(run.length).keys()];
    const births = events.filter((event) => run.isBirth(event));
    assert.deepEqual(births, run.datagrams.born, name);
    const ends = events.filter((event) => run.isEnd(event));
    const known = run.datagrams.end.filter((event) => event >= 0).sort((a, b) => a - b);
    assert.deepEqual(ends, known, name);
    for (const event of births) assert.match(run.kind(event), /^(sent|duplicated|outside)$/);
  }
});

test("a copy and what was lost are told as such", () => {
  const copied = new Run(kept("duplicated-query"));
  assert.ok(copied.datagrams.copyOf.some((original) => original >= 0));
  const lost = new Run(kept("lost-query"));
  const dropped = lost.datagrams.fate.indexOf(FATE.dropped);
  assert.equal(lost.type(dropped), "QUERY");
  assert.match(lost.reasons[lost.datagrams.reason[dropped]], /^fault 1$/);
});

test("who has heard grows with the position and begins with the contact", () => {
  for (const name of KEPT) {
    const run = new Run(kept(name));
    for (const [number, search] of run.searches.entries()) {
      for (let position = 0; position <= run.length; position += 1) {
        const heard = run.heard(position, number);
        const known = search.reached.filter(([, event]) => event < position);
        assert.deepEqual([...heard.keys()], known.map(([endpoint]) => endpoint));
        if (heard.size > 0) assert.equal(heard.get(search.contact).hop, 0);
      }
    }
  }
});

test("over all searches the first news of each peer counts", () => {
  const run = new Run(kept("mesh"));
  const heard = run.heard(run.length, -1);
  assert.equal(heard.size, run.peers.length);
  for (const [peer, { event }] of heard) {
    const all = run.searches.flatMap((search) => search.reached);
    const own = all.filter(([endpoint]) => endpoint === peer);
    assert.equal(event, Math.min(...own.map(([, first]) => first)));
  }
});

test("names, roles and types are looked up", () => {
  const run = new Run(kept("mesh"));
  assert.deepEqual(run.peers.map((peer) => run.name(peer)), [1, 2, 3, 4, 5].map((n) => `peer${n}`));
  assert.deepEqual(run.clients.map((client) => run.name(client)), ["client1", "client2"]);
  assert.equal(run.name(-1), "outside");
  assert.equal(run.type(0), "HELLO");
  assert.equal(run.payload(0).text, "HELLO ids 5-7");
});
