import assert from "node:assert/strict";
import { test } from "node:test";

import "./d3.mjs";
import { Run } from "../../../src/page/web/run.js";
import { View } from "../../../src/page/web/view.js";
import { kept, madeRun } from "./made.mjs";
import { overlay, run } from "./overlays.mjs";

const { compare, question } = await import("../../../src/page/web/answers.js");
const { ranges, shortChunks } = await import("../../../src/page/web/brief.js");
const { hopMarks } = await import("../../../src/page/web/hops.js");
const { lanes, pointOn } = await import("../../../src/page/web/lanes.js");
const { eventOf } = await import("../../../src/page/web/link.js");
const { standing } = await import("../../../src/page/web/standing.js");
const { thin } = await import("../../../src/page/web/thin.js");

const { endpoints } = overlay(4, 0, 0, 1);

function changes(...all) {
  const rest = { peers: [], from: [], to: [], bothWays: false, chunks: [] };
  return run({ endpoints, changes: all.map((one, event) => ({ ...rest, event, ...one })) });
}

test("peers go and come back", () => {
  const made = changes(
    { change: "crash", peers: [1] },
    { change: "pause", peers: [2] },
    { change: "start", peers: [1] },
    { change: "resume", peers: [2] },
    { change: "stop", peers: [3] },
  );
  const at = (happened) => [...standing(made, happened).conditions];
  assert.deepEqual(at(0), []);
  assert.deepEqual(at(2), [
    [1, "crashed"],
    [2, "paused"],
  ]);
  assert.deepEqual(at(3), [[2, "paused"]]);
  assert.deepEqual(at(5), [[3, "stopped"]]);
});

test("a pause goes on when its peer is started, and there is none of a peer that is gone", () => {
  const made = changes(
    { change: "pause", peers: [1] },
    { change: "start", peers: [1] },
    { change: "stop", peers: [2] },
    { change: "pause", peers: [2] },
    { change: "start", peers: [2] },
  );
  const at = (happened) => [...standing(made, happened).conditions];
  assert.deepEqual(at(2), [[1, "paused"]]);
  assert.deepEqual(at(4), [
    [1, "paused"],
    [2, "stopped"],
  ]);
  assert.deepEqual(at(5), [[1, "paused"]]);
});

test("links are cut one way or both, and heal", () => {
  const made = changes(
    { change: "cut", from: [0], to: [1, 2], bothWays: true },
    { change: "cut", from: [3], to: [0] },
    { change: "heal", from: [0], to: [1] },
    { change: "heal-all" },
  );
  const at = (happened) => [...standing(made, happened).cut].sort();
  assert.deepEqual(at(1), ["0 1", "0 2", "1 0", "2 0"]);
  assert.deepEqual(at(2), ["0 1", "0 2", "1 0", "2 0", "3 0"]);
  assert.deepEqual(at(3), ["0 2", "1 0", "2 0", "3 0"]);
  assert.deepEqual(at(4), []);
});

test("peers gain and lose chunks", () => {
  const made = changes(
    { change: "gain", peers: [0], chunks: [4, 5] },
    { change: "lose", peers: [0], chunks: [4] },
  );
  assert.equal(standing(made, 0).chunks.get(0), undefined);
  assert.deepEqual(standing(made, 1).chunks.get(0), [4, 5]);
  assert.deepEqual(standing(made, 2).chunks.get(0), [5]);
});

test("a client has what it logged before the instant, and lacks what it logged as missing", () => {
  const logged = [
    { event: 3, client: 0, chunk: 5, source: 1 },
    { event: 6, client: 0, chunk: 4, source: null },
  ];
  const made = run({ endpoints, logged });
  assert.deepEqual(standing(made, 3).logged, new Map());
  assert.deepEqual(
    [...standing(made, 7).logged.get(0)],
    [
      [5, true],
      [4, false],
    ],
  );
});

test("what is on its way between the same two at the same time has lanes of its own", () => {
  const made = new Run({ ...madeRun(9, 400) });
  const count = made.datagrams.born.length;
  made.datagrams.from = Array.from({ length: count }, () => 0);
  made.datagrams.to = Array.from({ length: count }, (_, datagram) => datagram % 12);
  const lane = lanes(made);
  for (let position = 1; position <= made.length; position += 7) {
    const seen = new Map();
    for (const datagram of made.inFlight(position)) {
      const way = `${made.datagrams.to[datagram]} ${lane[datagram]}`;
      // The last lane is shared by what is more.
      assert.ok(!seen.has(way) || lane[datagram] === 5, way);
      seen.set(way, datagram);
    }
  }
});

test("a way leads from rim to rim, and there and back on different sides", () => {
  const [one, other] = [
    { x: 0, y: 0, rim: 10 },
    { x: 100, y: 0, rim: 20 },
  ];
  assert.ok(Math.abs(pointOn(one, other, 0, 8).x - 15) < 1e-9);
  assert.ok(Math.abs(pointOn(one, other, 1, 8).x - 75) < 1e-9);
  assert.equal(Math.sign(pointOn(one, other, 0.5, 8).y), -Math.sign(pointOn(other, one, 0.5, 8).y));
});

test("who hears it next are those whom the QUERYs of the hop reach first", () => {
  const mesh = new Run(kept("mesh"));
  const { search, hop, born, copyOf } = mesh.datagrams;
  for (const [number, mark] of hopMarks(mesh).entries()) {
    for (const followed of [-1, ...mesh.searches.keys()]) {
      const asked = question(mesh, mark, number, followed);
      const hops = mark.hops.filter((one) => followed < 0 || one.search === followed);
      assert.equal(asked === null, hops.length === 0);
      if (asked?.sort === "who") {
        const first = hops.flatMap((one) =>
          mesh.searches[one.search].reached.filter(([, , at]) => at === one.hop),
        );
        assert.deepEqual(asked.answer, new Set(first.map(([peer]) => peer)));
        for (const [, event] of first) assert.ok(event >= Math.floor(mark.position));
      } else if (asked) {
        const all = born.filter(
          (_, datagram) =>
            hops.some((one) => one.search === search[datagram] && one.hop === hop[datagram]) &&
            mesh.type(datagram) === "QUERY" &&
            copyOf[datagram] < 0,
        );
        assert.equal(asked.answer, all.length);
      }
    }
  }
});

test("an answer says what was right, missed and wrong", () => {
  const marks = compare(new Set([1, 2]), new Set([2, 3]));
  assert.deepEqual(Object.fromEntries(marks), { 1: "wrong", 2: "right", 3: "missed" });
});

test("chunks are written as short as the room asks", () => {
  assert.equal(ranges([8, 5, 6, 7, 3]), "3 5-8");
  assert.equal(ranges([1, 2]), "1 2");
  assert.equal(shortChunks([], 9), "–");
  assert.equal(shortChunks([5, 6, 7, 8], 9), "5-8");
  assert.equal(shortChunks([1, 3, 5, 7, 9, 11], 9), "6 chunks");
  assert.equal(shortChunks([1, 3, 5, 7, 9, 11], 4), "6");
});

test("thinning keeps the order, and never more than is asked for", () => {
  const all = Array.from({ length: 1000 }, (_, number) => number);
  const thinned = thin(all, 7);
  assert.equal(thinned.length, 7);
  assert.deepEqual(
    thinned,
    [...new Set(thinned)].sort((one, other) => one - other),
  );
  assert.equal(thin(all, 1000), all);
});

test("only a number names an event in the address of the page", () => {
  assert.equal(eventOf("#event=17"), 17);
  for (const hash of ["", "#", "#event=", "#event=-1", "#event=1x", "#event=1e3", "#17"]) {
    assert.equal(eventOf(hash), null, hash);
  }
});

test("what is chosen is remembered, and a browser without memory does no harm", () => {
  const media = () => ({ matches: true });
  const memory = new Map();
  const store = {
    getItem: (key) => memory.get(key) ?? null,
    setItem: (key, text) => memory.set(key, text),
  };
  const view = () => new View([0, 1], { media, store });
  const first = view();
  assert.equal(first.theme, "dark");
  assert.equal(first.reducedMotion, true);
  first.choose({ themeChoice: "light", lessMotion: false, paceKind: "clock", followed: 0 });
  const second = view();
  assert.equal(second.theme, "light");
  assert.equal(second.reducedMotion, false);
  assert.equal(second.pace.kind, "clock");
  assert.equal(second.followed, -1);
  memory.set([...memory.keys()][0], "no JSON");
  assert.equal(view().pace.kind, "moments");
  const refuses = () => {
    throw new Error("refused");
  };
  const poor = new View([0], { media, store: { getItem: refuses, setItem: refuses } });
  poor.choose({ largeType: true });
  assert.equal(poor.largeType, true);
});
