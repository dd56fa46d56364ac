import assert from "node:assert/strict";
import { test } from "node:test";

import "./d3.mjs";
import { Cursor } from "../../../src/page/web/cursor.js";
import { Pace } from "../../../src/page/web/pace.js";
import { Run } from "../../../src/page/web/run.js";
import { View } from "../../../src/page/web/view.js";
import { chance, kept } from "./made.mjs";

const { hopMarks } = await import("../../../src/page/web/hops.js");
const { Player } = await import("../../../src/page/web/player.js");
const { advance, unit } = await import("../../../src/page/web/tempo.js");

const mesh = new Run(kept("mesh"));
const media = () => ({ matches: false });

function player(run) {
  const view = new View(run.events.time, { media, store: null });
  return new Player({ run, cursor: new Cursor(run.length), view });
}

test("at the stop of a hop its QUERYs are on their way, and none has landed", () => {
  const stops = hopMarks(mesh).filter(({ hops }) => hops.length > 0);
  assert.ok(stops.length > 5);
  const { search, hop, born, end } = mesh.datagrams;
  for (const { position, hops } of stops) {
    const flying = new Set(mesh.inFlight(position));
    for (const of of hops) {
      const all = born.flatMap((_, datagram) => {
        const same = search[datagram] === of.search && hop[datagram] === of.hop;
        return same && mesh.type(datagram) === "QUERY" ? [datagram] : [];
      });
      assert.ok(all.length > 0);
      for (const datagram of all) assert.ok(flying.has(datagram), `${position}: ${datagram}`);
      assert.ok(all.every((datagram) => end[datagram] >= Math.floor(position)));
    }
  }
});

test("searches side by side share the stops of hops that land at the same instant", () => {
  const shared = hopMarks(mesh).filter(({ hops }) => hops.length > 1);
  assert.ok(shared.length > 0);
  const { time } = mesh.events;
  for (const { position } of shared) {
    const next = Math.floor(position);
    assert.ok(time[next - 1] < time[next], `${position} is amidst an instant`);
  }
});

test("each hop of each search has one stop", () => {
  const hops = hopMarks(mesh).flatMap((mark) =>
    mark.hops.map(({ search, hop }) => `${search} ${hop}`),
  );
  assert.equal(new Set(hops).size, hops.length);
  const { search, hop } = mesh.datagrams;
  const there = search.flatMap((one, datagram) =>
    mesh.type(datagram) === "QUERY" ? [`${one} ${hop[datagram]}`] : [],
  );
  assert.deepEqual(new Set(hops), new Set(there));
});

for (const [name, step] of [
  ["datagram", "stepDatagram"],
  ["hop", "stepHop"],
]) {
  test(`steps back by ${name} go where steps on came from`, () => {
    const one = player(mesh);
    const way = [0];
    while (one.cursor.position < mesh.length) {
      one[step](1);
      assert.ok(one.cursor.position > way.at(-1));
      way.push(one.cursor.position);
    }
    for (const before of way.reverse().slice(1)) {
      one[step](-1);
      assert.equal(one.cursor.position, before);
    }
    one[step](-1);
    assert.equal(one.cursor.position, 0);
  });
}

test("a step by datagram stops just after one began or ended", () => {
  const one = player(mesh);
  const below = chance(4);
  for (let time = 0; time < 50; time += 1) {
    one.cursor.moveTo(below(mesh.length * 10) / 10);
    one.stepDatagram(time % 2 ? 1 : -1);
    const { position } = one.cursor;
    const event = position - 1;
    assert.ok(Number.isInteger(position));
    assert.ok([0, mesh.length].includes(position) || mesh.isBirth(event) || mesh.isEnd(event));
  }
});

test("playing ends, is even, and cuts a long wait short", () => {
  for (const kind of ["moments", "events", "clock"]) {
    const pace = new Pace(mesh.events.time, kind);
    const rate = unit(mesh, pace);
    let position = 0;
    let frames = 0;
    while (position < mesh.length) {
      const next = advance(pace, mesh.length, position, 0.05, rate);
      assert.ok(next > position, `${kind}: stands still at ${position}`);
      position = next;
      frames += 1;
      assert.ok(frames < 5000, `${kind}: a wait is not cut`);
    }
  }
  const waits = [0, 1_000_000, 5_000_000_000, 5_001_000_000];
  const pace = new Pace(waits, "clock");
  assert.equal(Math.floor(advance(pace, 4, 2, 2.9, 1_000_000)), 2);
  assert.equal(Math.floor(advance(pace, 4, 2, 3.1, 1_000_000)), 3);
});

test("a gate holds up a step by hop, but never one back", () => {
  const one = player(mesh);
  const asked = [];
  one.gate = (here, there) => {
    asked.push([here, there]);
    return here + 1;
  };
  one.stepHop(1);
  assert.equal(one.cursor.position, 1);
  one.stepHop(-1);
  assert.equal(one.cursor.position, 0);
  assert.equal(asked.length, 1);
});

test("speeds have an end on both sides", () => {
  const one = player(mesh);
  for (let time = 0; time < 20; time += 1) one.changeSpeed(1);
  assert.equal(one.speed, 32);
  for (let time = 0; time < 20; time += 1) one.changeSpeed(-1);
  assert.equal(one.speed, 0.25);
});
