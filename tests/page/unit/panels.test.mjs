/** What the panels beside the stage reckon, held to a plain reading of the run. */
/* global d3 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "./d3.mjs";
import { bytesOf } from "../../../src/page/web/bytes.js";
import { Run } from "../../../src/page/web/run.js";
import { kept } from "./made.mjs";

const { arrowOf } = await import("../../../src/page/web/arrows.js");
const { Census } = await import("../../../src/page/web/census.js");
const { Chain } = await import("../../../src/page/web/chain.js");
const { lifelineOrder, lifelines } = await import("../../../src/page/web/lifelines.js");
const { Moments } = await import("../../../src/page/web/moments.js");
const { firstBox, videoType } = await import("../../../src/page/web/mp4.js");
const { videosOf } = await import("../../../src/page/web/pieces.js");
const { clockText, durationText } = await import("../../../src/page/web/words.js");

const runs = ["mesh", "lost-query", "duplicated-query"].map((name) => new Run(kept(name)));
const [mesh] = runs;

test("instants have three places at least, waits the unit that suits them", () => {
  const said = [0, 1e6, 1_000_001, 1_500, 30_005_000_000, 5e9 + 10].map(clockText);
  const instants = ["0.000", "0.001", "0.001000001", "0.0000015", "30.005", "5.00000001"];
  assert.deepEqual(
    said,
    instants.map((text) => `${text} s`),
  );
  assert.deepEqual([5e9, 9.7e7, 3_000, 12].map(durationText), ["5 s", "97 ms", "3 µs", "12 ns"]);
});

test("causes lead back to an event that has none, and what is caused leads here", () => {
  for (const run of runs) {
    const chain = new Chain(run);
    for (let event = 0; event < run.length; event += 1) {
      const causes = chain.causes(event);
      for (const [place, cause] of causes.entries()) {
        const next = causes[place + 1];
        if (next !== undefined) assert.ok(chain.brought(cause).includes(next), `${cause} ${next}`);
      }
      if (causes.length > 0) assert.equal(run.events.cause[causes[0]], -1);
    }
  }
});

test("an arrow goes all the way when its datagram arrives, and half of it when it is lost", () => {
  for (const run of runs) {
    const moments = new Moments(run);
    const { born, end } = run.datagrams;
    for (const datagram of born.keys()) {
      let before = 0;
      for (let position = born[datagram] + 1; position <= run.length; position += 0.5) {
        const arrow = arrowOf(run, moments, datagram, position);
        const ended = end[datagram] < position && end[datagram] >= 0;
        const arrives = ended && run.kind(end[datagram]) === "delivered";
        const still = end[datagram] < 0 && position === run.length ? "in-flight-at-end" : "flying";
        assert.equal(arrow.state, arrives ? "delivered" : ended ? "lost" : still);
        if (ended) assert.equal(arrow.part, arrives ? 1 : 0.5);
        assert.ok(arrow.part >= before && arrow.until >= arrow.begun);
        before = arrow.part;
      }
    }
  }
});

test("lifelines are in the order of hops, and no more than there is room for", () => {
  const order = lifelineOrder(
    mesh,
    mesh.endpoints.findIndex((one) => one.name === "peer4"),
  );
  const names = order.map((endpoint) => mesh.name(endpoint));
  assert.deepEqual(names.slice(0, 3), ["client2", "peer4", "peer5"]);
  assert.equal(names.indexOf("client1") + 1, names.indexOf("peer1"));
  assert.deepEqual([...order].sort(), [...mesh.endpoints.keys()]);
  const datagrams = [...mesh.datagrams.born.keys()];
  for (let room = 2; room < order.length; room += 1) {
    const shown = lifelines(mesh, order, room, datagrams);
    assert.ok(shown.length <= room);
    // The first of the datagrams has both its ends.
    assert.ok(shown.includes(mesh.datagrams.from[0]) && shown.includes(mesh.datagrams.to[0]));
    assert.deepEqual(
      shown,
      order.filter((endpoint) => shown.includes(endpoint)),
    );
  }
  assert.equal(lifelines(mesh, order, order.length, []), order);
});

test("the window has what was born in it and what was on its way when it begins", () => {
  for (const run of runs) {
    const moments = new Moments(run);
    const { born, end } = run.datagrams;
    for (let position = 0; position <= run.length; position += 7) {
      for (const top of [-1, moments.at(position) - 3]) {
        const { list, count } = moments.datagrams(top, position);
        const inSight = [...born.keys()].filter((datagram) => {
          const ends = end[datagram] < 0 ? Infinity : moments.of(end[datagram]);
          return born[datagram] < position && ends >= top;
        });
        assert.deepEqual([...list].sort(d3.ascending), inSight);
        assert.equal(count, inSight.length);
      }
    }
  }
});

test("charts count what has happened, by hop and by peer", () => {
  for (const run of runs) {
    for (const search of [-1, ...run.searches.keys()]) {
      const census = new Census(run, search);
      for (let position = 0; position <= run.length; position += 5) {
        const ours = (one) => search < 0 || run.datagrams.search[one] === search;
        const queries = [...run.datagrams.born.keys()].filter((one) => {
          const sent = run.kind(run.datagrams.born[one]) === "sent";
          return sent && run.type(one) === "QUERY" && ours(one);
        });
        const past = queries.filter((one) => run.datagrams.born[one] < position);
        const hops = census.byHop(position);
        assert.equal(
          d3.sum(hops, (one) => one.queries[0]),
          past.length,
        );
        assert.equal(
          d3.sum(hops, (one) => one.queries[1]),
          queries.length,
        );
        assert.equal(
          d3.sum(hops, (one) => one.reached[0]),
          run.heard(position, search).size,
        );
        const peers = census.byPeer(position, run.peers.length);
        assert.equal(
          d3.sum(peers, (one) => one.sent[0]),
          past.length,
        );
        for (const { peer, sent } of peers) {
          assert.equal(sent[0], past.filter((one) => run.datagrams.from[one] === peer).length);
        }
      }
    }
  }
});

test("the busiest peers are kept, in the order of peers", () => {
  const all = new Census(mesh, -1).byPeer(mesh.length, mesh.peers.length);
  const total = (one) => one.sent[1] + one.received[1];
  const [least] = d3.sort(all, total);
  const most = new Census(mesh, -1).byPeer(mesh.length, all.length - 1);
  assert.deepEqual(
    most,
    all.filter((one) => one.peer !== least.peer),
  );
});

test("a first segment says that it is a video, and which", () => {
  const path = "../../../scenarios/video/testsrc_1.m4s";
  const bytes = new Uint8Array(readFileSync(new URL(path, import.meta.url)));
  assert.equal(firstBox(bytes), "ftyp");
  assert.match(videoType(bytes), /^video\/mp4; codecs="avc1\.[0-9a-f]{6}"$/);
  assert.equal(videoType(bytesOf("0000000c" + "61766343" + "01640a")), null);
  const box = bytesOf("0000000c" + "61766343" + "01640a1f");
  assert.equal(videoType(box), 'video/mp4; codecs="avc1.640a1f"');
  assert.equal(firstBox(bytesOf("0000")), null);
});

test("chunks that are no video make none", () => {
  for (const run of runs) assert.deepEqual(videosOf(run), []);
});
