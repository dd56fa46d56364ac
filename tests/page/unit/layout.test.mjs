import assert from "node:assert/strict";
import { test } from "node:test";

import "./d3.mjs";
import { overlay } from "./overlays.mjs";

const { layout, ROOM, STAGE } = await import("../../../src/page/web/layout.js");
const { distances, middle } = await import("../../../src/page/web/overlay.js");

/** How near the two nearest of `places` are. */
function nearest(places) {
  let least = Infinity;
  for (const [one, { x, y }] of places.entries()) {
    for (const other of places.slice(one + 1)) {
      least = Math.min(least, Math.hypot(other.x - x, other.y - y));
    }
  }
  return least;
}

function assertInside(places, what) {
  for (const { x, y } of places) {
    assert.ok(x > 0 && x < STAGE.width && y > 0 && y < STAGE.height, `${what}: ${x}, ${y}`);
  }
}

test("up to fifty peers nobody stands on anybody, nor on what is written at them", () => {
  for (const [peers, more, clients] of [
    [1, 0, 1],
    [2, 0, 1],
    [5, 2, 2],
    [12, 8, 2],
    [25, 60, 4],
    [50, 0, 3],
    [50, 50, 4],
    [50, 400, 8],
  ]) {
    for (const scale of [1, 1.35]) {
      const { places, room, radius } = layout(overlay(peers, more, clients, 7), { scale });
      const what = `${peers} peers, ${more} links more, ${scale}`;
      assert.ok(nearest(places) > 2 * room * 0.97, `${what}: ${nearest(places)} of ${2 * room}`);
      assert.ok(radius < room, what);
      assert.ok(room > 22, `${what}: ${room} is no room for a name`);
      assertInside(places, what);
    }
  }
});

test("the same run always looks the same", () => {
  const look = () => layout(overlay(30, 30, 2, 5)).places;
  assert.deepEqual(look(), look());
});

test("who is joined to nobody has a place, too", () => {
  const run = overlay(6, 0, 1, 1);
  for (const peer of run.endpoints) peer.neighbours = [];
  const { places, room } = layout(run);
  assert.ok(nearest(places) > 2 * room * 0.97);
  assertInside(places, "alone");
});

test("as many peers as are laid out by force fit on the stage", () => {
  const { places, radius, rings } = layout(overlay(ROOM, 600, 3, 2));
  assert.equal(rings, null);
  assert.ok(nearest(places) > 2 * radius * 0.97);
  assertInside(places, "many");
});

test("more stand on rings, by their hops from the contact", () => {
  const run = overlay(ROOM + 700, 1500, 12, 3);
  const { places, radius, rings } = layout(run);
  const hops = distances(run, middle(run, -1));
  assert.deepEqual(
    rings.map(({ peers }) => peers.length).reduce((sum, many) => sum + many),
    run.peers.length,
  );
  for (const { hop, peers, inner, outer, centre } of rings) {
    for (const peer of peers) {
      assert.equal(hops[peer], hop);
      const far = Math.hypot(places[peer].x - centre.x, places[peer].y - centre.y);
      assert.ok(far >= inner && far <= outer + 1, `${far} is not in ${inner} to ${outer}`);
    }
  }
  assert.ok(nearest(places) > 2 * radius, `${nearest(places)}, ${radius}`);
  assertInside(places, "rings");
});
