/** The numbers that charts show: peers reached and QUERYs, by hop, over time and by peer. */
/* global d3 */
import { countAt, isQuery } from "#page/tally";

/** Counts for one search of a run, or for all of them with -1. */
export class Census {
  constructor(run, search) {
    this.run = run;
    /** By hop, the events with which peers heard of it first. */
    this.reachedByHop = [];
    /** By hop, the events with which QUERYs were sent. */
    this.queriesByHop = [];
    /** By peer, the events with which it sent QUERYs, and got them. */
    this.sent = new Map(run.peers.map((peer) => [peer, []]));
    this.received = new Map(run.peers.map((peer) => [peer, []]));
    this.#readReached(search);
    this.#readQueries(search);
    /** All of both, by the clock. */
    this.reached = d3.merge(this.reachedByHop).sort(d3.ascending);
    this.queries = d3.merge([...this.sent.values()]).sort(d3.ascending);
  }

  #readReached(search) {
    for (const { event, hop } of this.run.heard(this.run.length, search).values()) {
      (this.reachedByHop[hop] ??= []).push(event);
    }
    this.reachedByHop = Array.from(this.reachedByHop, (events) =>
      (events ?? []).sort(d3.ascending),
    );
  }

  #readQueries(search) {
    const { run } = this;
    const { born, end, from, to, hop, search: searches } = run.datagrams;
    for (const [datagram, birth] of born.entries()) {
      if (!isQuery(run.type(datagram)) || (search >= 0 && searches[datagram] !== search)) continue;
      if (run.kind(birth) === "sent") {
        this.sent.get(from[datagram])?.push(birth);
        if (hop[datagram] >= 0) (this.queriesByHop[hop[datagram]] ??= []).push(birth);
      }
      const last = end[datagram];
      if (last >= 0 && run.kind(last) === "delivered") this.received.get(to[datagram])?.push(last);
    }
    this.queriesByHop = Array.from(this.queriesByHop, (events) => events ?? []);
    for (const events of this.received.values()) events.sort(d3.ascending);
  }

  /** By hop, at `position` and in the end: `{hop, reached, queries}`, each `[now, in all]`. */
  byHop(position) {
    const hops = Math.max(this.reachedByHop.length, this.queriesByHop.length);
    const pair = (events = []) => [countAt(events, position), events.length];
    return d3.range(hops).map((hop) => ({
      hop,
      reached: pair(this.reachedByHop[hop]),
      queries: pair(this.queriesByHop[hop]),
    }));
  }

  /** The `most` peers that send and get the most QUERYs in all: `{peer, sent, received}`, each
   * `[now, in all]`, in the order of peers. */
  byPeer(position, most) {
    const total = (peer) => this.sent.get(peer).length + this.received.get(peer).length;
    const busy = this.run.peers.filter((peer) => total(peer) > 0);
    const busiest = d3.sort(busy, (peer) => -total(peer)).slice(0, most);
    const pair = (events) => [countAt(events, position), events.length];
    return d3.sort(busiest).map((peer) => ({
      peer,
      sent: pair(this.sent.get(peer)),
      received: pair(this.received.get(peer)),
    }));
  }
}
