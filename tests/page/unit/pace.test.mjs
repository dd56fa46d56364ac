import assert from "node:assert/strict";
import { test } from "node:test";

import { PACES, Pace } from "../../../src/page/web/pace.js";
import { kept, madeRun } from "./made.mjs";

const TIMES = {
  mesh: kept("mesh").events.time,
  "a made run": madeRun(3, 300).events.time,
  "one instant": [0, 0, 0],
  "one event": [7],
  "a late start": [5_000_000_000, 5_000_000_000, 9_000_000_000],
};

for (const [name, times] of Object.entries(TIMES)) {
  for (const kind of PACES) {
    const pace = new Pace(times, kind);

    test(`${kind} never goes back: ${name}`, () => {
      let before = -Infinity;
      for (let position = 0; position <= times.length; position += 0.25) {
        const here = pace.at(position);
        assert.ok(here >= before, `at ${position}: ${here} after ${before}`);
        before = here;
      }
    });

    test(`${kind} finds the position of a place, the last where several lie there: ${name}`, () => {
      for (let position = 0; position <= times.length; position += 0.25) {
        const found = pace.position(pace.at(position));
        assert.ok(found >= position - 1e-6, `${found} for ${position}`);
        assert.ok(Math.abs(pace.at(found) - pace.at(position)) < 1e-6, `${found} for ${position}`);
      }
    });

    test(`${kind} lets a datagram leave at its birth and arrive at its end: ${name}`, () => {
      for (let born = 0; born < times.length; born += 7) {
        for (let end = born + 1; end < times.length; end += 5) {
          assert.equal(pace.travelled(end + 1, born, end), 1);
          const moves = pace.at(end + 1) > pace.at(born + 1);
          assert.equal(pace.travelled(born + 1, born, end), moves ? 0 : 1);
          const middle = pace.travelled((born + end) / 2 + 1, born, end);
          assert.ok(middle >= 0 && middle <= 1);
        }
      }
    });
  }
}

test("moments take no longer for a wait, the clock does", () => {
  const times = [0, 0, 1, 5_000_000_000];
  const lengths = (kind) => {
    const pace = new Pace(times, kind);
    return [2, 3].map((position) => pace.at(position + 1) - pace.at(position));
  };
  assert.deepEqual(lengths("moments"), [1, 1]);
  assert.deepEqual(lengths("events"), [1, 1]);
  assert.deepEqual(lengths("clock"), [1, 4_999_999_999]);
});

test("a run without events has one place", () => {
  for (const kind of PACES) {
    const pace = new Pace([], kind);
    assert.equal(pace.at(0), 0);
    assert.equal(pace.position(0), 0);
    assert.equal(pace.position(5), 0);
  }
});

test("no pace ever goes back, though live what is told later may have happened earlier", () => {
  const times = [0, 10, 20, 17, 17, 30, 5, 40];
  for (const kind of PACES) {
    const pace = new Pace(times, kind);
    for (let happened = 0; happened < times.length; happened += 1) {
      assert.ok(pace.at(happened) <= pace.at(happened + 1), `${kind}: ${happened}`);
    }
  }
});
