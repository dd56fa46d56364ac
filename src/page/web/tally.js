/** Counts that move with the cursor: each is a rising list of the events that count. */
/* global d3 */

/** How many of `events`, which rise, have happened at `position`. */
export function countAt(events, position) {
  return d3.bisectLeft(events, position);
}

/** Whether a message of `type` carries a search from peer to peer. */
export function isQuery(type) {
  return type === "QUERY" || type === "NUMBERED_QUERY";
}

/** What the counters count, in the order in which they are shown. */
export class Tally {
  constructor(run) {
    /** By type, of those that an endpoint of the run sent; null for what is no message. */
    this.sent = new Map(run.messages.map(({ name }) => [name, []]).concat([[null, []]]));
    this.born = [];
    this.ended = [];
    this.lost = [];
    this.copies = [];
    this.duplicates = [];
    const { datagrams } = run;
    datagrams.born.forEach((born, datagram) => {
      this.born.push(born);
      const kind = run.kind(born);
      if (kind === "sent") this.sent.get(run.type(datagram)).push(born);
      else if (kind === "duplicated") this.copies.push(born);
    });
    datagrams.end.forEach((end, datagram) => {
      if (end < 0) return;
      this.ended.push(end);
      if (run.kind(end) !== "delivered") this.lost.push(end);
      if (datagrams.duplicate[datagram]) this.duplicates.push(end);
    });
    for (const ends of [this.ended, this.lost, this.duplicates]) ends.sort(d3.ascending);
    this.reached = [...run.heard(run.length, -1).values()].map((first) => first.event);
    this.reached.sort(d3.ascending);
  }
}
