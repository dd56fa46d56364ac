/**
 * Where endpoints stand on the stage. Up to ROOM peers d3-force lays the overlay out, from hop
 * rings around the first contact, with a fixed number of ticks: the same run always looks the same.
 * Above, rings.js puts them on hop rings.
 */
/* global d3 */
import { distances, links, middle } from "#page/overlay";
import { rings } from "#page/rings";

/** The stage, in units of its own: about pixels at 1280×720. */
export const STAGE = { width: 760, height: 555 };

/** The most peers that are laid out by force. */
export const ROOM = 500;

/** The most peers for which links are also kept off peers that they do not join. */
const TIDY = 80;

/** How much of the stage the peers and what is written at them may cover. */
const COVER = 0.36;

/** What stays free at the edges; at the sides a hop is written beside a peer. */
const MARGIN = { x: 16, y: 6 };

/** How often the forces act; a fifth of it where peers are many and the places matter less. */
const TICKS = 300;
const SETTLE = 160;
const MANY = 200;

/**
 * The places of the endpoints of `run`: `{places: [{x, y}], radius, room, rings}`; `radius` is that
 * of a peer's circle, `room` half of what a peer needs on each side, `rings` null unless hop rings.
 *
 * @param {object} run the run
 * @param {{search?: number, scale?: number}} look the followed search; how large letters are
 */
export function layout(run, { search = -1, scale = 1 } = {}) {
  if (run.peers.length > ROOM) return rings(run, search, STAGE);
  const many = Math.max(run.endpoints.length, 1);
  const most = Math.sqrt((STAGE.width * STAGE.height * COVER) / many) / 2;
  const room = Math.min(most, 54 * scale);
  const nodes = startOnRings(run);
  const joined = joinedPairs(run);
  simulate(nodes, joined, room);
  fit(nodes, room);
  settle(nodes, joined, room);
  const places = nodes.map(({ x, y }) => ({ x, y }));
  return { places, radius: Math.max(3.5, room * (scale > 1 ? 0.68 : 0.56)), room, rings: null };
}

/**
 * Each endpoint on the ring of its hops from the first contact, in the direction of the one through
 * whom it is reached: the tree of the shortest ways, drawn around its root.
 */
function startOnRings(run) {
  const parents = shortestWays(run);
  const root = d3
    .stratify()
    .id((one) => one)
    .parentId((one) => (one < 0 ? null : parents[one]))([-1, ...parents.keys()]);
  // A full turn has one direction more than it has leaves: the first and the last are not the same.
  const turn = 2 * Math.PI * (1 - 1 / Math.max(root.leaves().length, 1));
  d3.tree().size([turn, 1])(root);
  const nodes = [];
  for (const { data, x, depth } of root.descendants()) {
    const far = (depth - 1) * 60;
    if (data >= 0) nodes[data] = { index: data, x: far * Math.cos(x) * 1.25, y: far * Math.sin(x) };
  }
  return nodes;
}

/**
 * Through whom each endpoint is reached: a neighbour nearer to the middle, a client's contact, or
 * -1 for whom nobody leads to.
 */
function shortestWays(run) {
  const hops = distances(run, middle(run, -1));
  const parents = run.endpoints.map(({ contact }) => contact ?? -1);
  for (const [one, other] of links(run)) {
    if (hops[one] === hops[other] + 1) parents[one] = other;
    if (hops[other] === hops[one] + 1) parents[other] = one;
  }
  return parents;
}

/** What is joined: neighbours, and each client with its contact. */
function joinedPairs(run) {
  const joints = links(run).map(([source, target]) => ({ source, target }));
  for (const client of run.clients) {
    const { contact } = run.endpoints[client];
    if (contact !== null) joints.push({ source: client, target: contact, client: true });
  }
  return joints;
}

/** Lets the overlay unfold freely. */
function simulate(nodes, joints, room) {
  const far = room * 2.9;
  const ratio = STAGE.width / STAGE.height;
  d3.forceSimulation(nodes)
    .stop()
    .force(
      "link",
      d3.forceLink(joints).distance(({ client }) => (client ? room * 2.2 : far)),
    )
    .force(
      "charge",
      d3
        .forceManyBody()
        .strength(-far * 5)
        .distanceMax(far * 8),
    )
    .force("collide", d3.forceCollide(room * 1.05).iterations(2))
    .force("x", d3.forceX().strength(0.05 / ratio))
    .force("y", d3.forceY().strength(0.05 * ratio))
    .tick(nodes.length > MANY ? TICKS / 5 : TICKS);
}

/** Stretches the picture over the stage, but a small one no wider than it needs. */
function fit(nodes, room) {
  for (const [axis, length] of [
    ["x", STAGE.width],
    ["y", STAGE.height],
  ]) {
    const [low, high] = d3.extent(nodes, (node) => node[axis]);
    const free = length - 2 * (room + MARGIN[axis]);
    const stretch = Math.min(free / Math.max(high - low, 1), 2.2);
    for (const node of nodes) {
      node[axis] = length / 2 + (node[axis] - (low + high) / 2) * stretch;
    }
  }
}

/** Inside the stage: nobody on anybody, and links off those whom they do not join. */
function settle(nodes, joints, room) {
  for (const node of nodes) Object.assign(node, { vx: 0, vy: 0 });
  const simulation = d3
    .forceSimulation(nodes)
    .stop()
    .alphaDecay(0.01)
    .force("collide", d3.forceCollide(room).strength(1).iterations(4))
    .force("links", nodes.length > TIDY ? null : offLinks(nodes, joints, room * 0.85));
  const ticks = nodes.length > MANY ? SETTLE / 2 : SETTLE;
  for (let tick = 0; tick < ticks; tick += 1) {
    // The last ticks only part those who still touch.
    if (tick === ticks - 50) simulation.force("links", null);
    simulation.tick();
    for (const node of nodes) keepInside(node, room);
  }
}

function keepInside(node, room) {
  const [side, edge] = [room + MARGIN.x, room + MARGIN.y];
  node.x = Math.min(Math.max(node.x, side), STAGE.width - side);
  node.y = Math.min(Math.max(node.y, edge), STAGE.height - edge);
}

/** A force that pushes nodes off links that pass nearer than `near`. */
function offLinks(nodes, joints, near) {
  return (alpha) => {
    for (const { source, target } of joints) {
      const [dx, dy] = [target.x - source.x, target.y - source.y];
      const length = Math.hypot(dx, dy) || 1;
      for (const node of nodes) {
        if (node === source || node === target) continue;
        const along = ((node.x - source.x) * dx + (node.y - source.y) * dy) / length;
        if (along <= 0 || along >= length) continue;
        const aside = ((node.y - source.y) * dx - (node.x - source.x) * dy) / length;
        const lacks = near - Math.abs(aside);
        if (lacks <= 0) continue;
        const push = (lacks * 0.35 * alpha * (aside < 0 ? -1 : 1)) / length;
        node.vx -= dy * push;
        node.vy += dx * push;
      }
    }
  };
}
