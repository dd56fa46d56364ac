/**
 * Hop rings, for more peers than can be told apart: each peer is a dot, those as many hops from the
 * contact share a ring, and rings are as wide as their peers need. Who is reached through whom
 * stands in the same direction, so that a search is seen to spread outwards.
 */
import { distances, links, middle } from "#page/overlay";

/** The empty part between rings, in rows of dots. */
const GAP = 1.6;

/** The most clients in one column beside the rings. */
const COLUMN = 10;

/** The direction in which each ring begins: straight up. */
const UP = -Math.PI / 2;

/** As layout() of layout.js gives it; `rings` is `[{hop, peers, inner, outer}]`, from inside. */
export function rings(run, search, stage) {
  const hops = distances(run, middle(run, search));
  const order = inOrder(run, hops);
  const centre = { x: stage.width / 2, y: stage.height / 2 };
  const widest = Math.min(stage.width, stage.height) / 2 - 22;
  const rows = shape(order);
  const step = widest / rows.at(-1).outer;
  const places = run.endpoints.map(() => centre);
  for (const row of rows) {
    for (const [place, { far, angle }] of seats(row).entries()) {
      places[row.peers[place]] = around(centre, far * step, angle);
    }
  }
  placeClients(run, places, centre, widest);
  return {
    places,
    radius: Math.min(Math.max(step * 0.36, 1), 5),
    room: step / 2,
    rings: rows.map((row) => ({
      ...row,
      inner: row.inner * step,
      outer: row.outer * step,
      centre,
    })),
  };
}

/** The peers of each ring, each behind those through whom it is reached. */
function inOrder(run, hops) {
  const near = run.endpoints.map(() => []);
  for (const [one, other] of links(run)) {
    near[one].push(other);
    near[other].push(one);
  }
  const groups = new Map();
  for (const peer of run.peers) {
    if (!groups.has(hops[peer])) groups.set(hops[peer], []);
    groups.get(hops[peer]).push(peer);
  }
  const direction = new Map();
  return [...groups.keys()]
    .sort((one, other) => one - other)
    .map((hop) => {
      const seated = groups.get(hop).map((peer) => {
        const parents = near[peer].filter((other) => hops[other] === hop - 1);
        return { peer, from: Math.min(1, ...parents.map((other) => direction.get(other) ?? 1)) };
      });
      seated.sort((one, other) => one.from - other.from || one.peer - other.peer);
      const peers = seated.map(({ peer }) => peer);
      for (const [seat, peer] of peers.entries()) direction.set(peer, seat / peers.length);
      return { hop, peers };
    });
}

/** How far each ring reaches, in rows of dots: as many rows as its peers need. */
function shape(order) {
  let edge = 0;
  return order.map(({ hop, peers }) => {
    const inner = peers.length === 1 && edge === 0 ? 0 : edge + GAP;
    // The area between two circles is what its dots need: π (outer² − inner²) = peers.
    const outer = Math.max(inner + 1, Math.sqrt(inner * inner + (peers.length * 1.1) / Math.PI));
    edge = outer;
    return { hop, peers, inner, outer };
  });
}

/** The seats of a ring, in the order of their directions: on each of its tracks as many as it is
 * long. */
function seats({ peers, inner, outer }) {
  const tracks = Math.max(1, Math.round(outer - inner));
  const fars = Array.from({ length: tracks }, (_, track) => {
    return inner + ((track + 0.5) * (outer - inner)) / tracks;
  });
  const long = fars.reduce((sum, far) => sum + far, 0);
  const found = [];
  let reach = 0;
  for (const far of fars) {
    reach += far;
    const many = Math.round((peers.length * reach) / long) - found.length;
    for (let seat = 0; seat < many; seat += 1) {
      found.push({ far, angle: UP + (2 * Math.PI * (seat + 0.5)) / many });
    }
  }
  return found.sort((one, other) => one.angle - other.angle);
}

/** Clients stand outside the rings: on the right, and on both sides when they are many. */
function placeClients(run, places, centre, widest) {
  const sides = run.clients.length > COLUMN ? [1, -1] : [1];
  const each = Math.ceil(run.clients.length / sides.length);
  for (const [number, client] of run.clients.entries()) {
    const seat = (Math.floor(number / sides.length) + 0.5) / each;
    places[client] = {
      x: centre.x + sides[number % sides.length] * (widest + 60),
      y: centre.y + (seat - 0.5) * widest * 1.7,
    };
  }
}

function around(centre, far, angle) {
  return { x: centre.x + far * Math.cos(angle), y: centre.y + far * Math.sin(angle) };
}
