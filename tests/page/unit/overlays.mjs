/** Runs of overlays that chance makes, for tests of where things stand and what was asked. */
import { Run } from "../../../src/page/web/run.js";
import { chance, kept } from "./made.mjs";

/** A run without events: a ring of `peers` peers with `more` links by chance, and some clients. */
export function overlay(peers, more, clients, seed) {
  const below = chance(seed);
  const neighbours = Array.from({ length: peers }, () => new Set());
  const join = (one, other) => {
    if (one === other) return;
    neighbours[one].add(other);
    neighbours[other].add(one);
  };
  for (let peer = 0; peer < peers; peer += 1) join(peer, (peer + 1) % peers);
  for (let link = 0; link < more; link += 1) join(below(peers), below(peers));
  const endpoints = neighbours.map((near, peer) => ({
    name: `p${peer + 1}`,
    role: "peer",
    address: "",
    neighbours: [...near],
    chunks: [],
    contact: null,
  }));
  for (let client = 0; client < clients; client += 1) {
    const contact = below(peers);
    const name = `viewer${client + 1}`;
    endpoints.push({ name, role: "client", address: "", neighbours: [], chunks: [1], contact });
  }
  return run({ endpoints });
}

/** A run of `parts` of its data; the rest is empty. */
export function run(parts) {
  const empty = { time: [], cause: [], kind: [], who: [], datagram: [], text: [] };
  const none = { born: [], end: [], from: [], to: [], payload: [], arrived: [], fate: [] };
  const datagrams = { ...none, reason: [], search: [], hop: [], duplicate: [], copyOf: [] };
  const rest = { searches: [], changes: [], logged: [], findings: [] };
  return new Run({ ...kept("mesh"), events: empty, datagrams, ...rest, ...parts });
}
