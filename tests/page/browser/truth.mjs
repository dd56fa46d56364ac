/**
 * What a run was, read from its trace (docs/trace.md) and from nothing else: no line of the page's
 * own scripts is used here, or the page would be held against itself.
 */
import { readFileSync } from "node:fs";

const TYPES = new Map([
  [1, "HELLO"],
  [2, "QUERY"],
  [3, "CHUNKS_INFO"],
  [4, "GET"],
  [5, "RESPONSE"],
  [102, "NUMBERED_QUERY"],
  [103, "ACK"],
]);

const BIRTHS = new Set(["sent", "duplicated", "outside"]);
const ENDS = new Set(["delivered", "dropped", "lost-by-kernel"]);

/** The type that the first two bytes of `hex` name. */
function typeOf(hex) {
  return TYPES.get(Number.parseInt(hex.slice(0, 4), 16)) ?? null;
}

export class Truth {
  constructor(file) {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    const withKind = (kind) => lines.filter((line) => line.kind === kind);
    this.peers = withKind("peer").map((peer) => peer.name);
    this.clients = withKind("client").map((client) => client.name);
    this.endpoints = lines
      .filter((line) => ["peer", "client", "nobody"].includes(line.kind))
      .map((line) => line.name ?? line.address);
    this.findings = withKind("finding");
    this.events = lines.filter((line) => "event" in line && line.kind !== "finding");
    this.#readDatagrams();
    this.#readSearches();
  }

  /** How many events there are. */
  get length() {
    return this.events.length;
  }

  /** Datagrams that have begun and not ended when `position` events have happened. */
  inFlight(position) {
    return this.datagrams
      .filter((one) => one.born < position && (one.end === null || one.end >= position))
      .map((one) => one.number);
  }

  /** Datagrams that endpoints of the run have sent, by type. */
  sentByType(position) {
    const counts = {};
    for (const one of this.datagrams) {
      if (one.born < position && one.kind === "sent" && one.type) {
        counts[one.type] = (counts[one.type] ?? 0) + 1;
      }
    }
    return counts;
  }

  /** QUERYs that reached a peer which had their search. */
  duplicates(position) {
    return this.datagrams.filter((one) => one.isDuplicate && one.end < position).length;
  }

  /** Peers that have had a HELLO or a QUERY, by name. */
  reached(position) {
    const names = new Set();
    for (const search of this.searches) {
      for (const [peer, event] of search) if (event < position) names.add(peer);
    }
    return names;
  }

  /** Datagrams that ended without arriving. */
  lost(position) {
    return this.datagrams.filter((one) => one.isLost && one.end < position).length;
  }

  #readDatagrams() {
    this.datagrams = [];
    this.byBirth = new Map();
    for (const event of this.events) {
      if (BIRTHS.has(event.kind)) {
        const original = this.byBirth.get(event.original);
        const datagram = {
          number: this.datagrams.length,
          kind: event.kind,
          born: event.event,
          end: null,
          isLost: false,
          isDuplicate: false,
          original,
          type: original ? original.type : typeOf(event.bytes),
          bytes: original ? original.bytes : event.bytes,
        };
        this.datagrams.push(datagram);
        this.byBirth.set(event.event, datagram);
      } else if (ENDS.has(event.kind)) {
        const datagram = this.byBirth.get(event.datagram);
        datagram.end = event.event;
        datagram.isLost = event.kind !== "delivered";
      }
    }
  }

  /** Follows searches from cause to effect. Not for runs of the reliable flood. */
  #readSearches() {
    this.searches = [];
    const searchAt = new Map();
    const searchOf = new Map();
    const peers = new Set(this.peers);
    const damaged = new Set();
    for (const event of this.events) {
      if (event.kind === "corrupted") damaged.add(event.datagram);
      if (event.kind === "sent" && typeOf(event.bytes) === "QUERY") {
        searchOf.set(event.event, searchAt.get(event.cause));
      }
      if (event.kind === "duplicated") {
        searchOf.set(event.event, searchOf.get(event.original));
        if (damaged.has(event.original)) damaged.add(event.event);
      }
      if (event.kind !== "delivered" || !peers.has(event.to) || damaged.has(event.datagram)) continue;
      const datagram = this.byBirth.get(event.datagram);
      if (datagram.type === "HELLO") {
        const search = new Map([[event.to, event.event]]);
        this.searches.push(search);
        searchAt.set(event.event, search);
      } else if (datagram.type === "QUERY") {
        const search = searchOf.get(event.datagram);
        if (!search) continue;
        searchAt.set(event.event, search);
        datagram.isDuplicate = search.has(event.to);
        if (!datagram.isDuplicate) search.set(event.to, event.event);
      }
    }
  }
}
