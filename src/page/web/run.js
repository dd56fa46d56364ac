/**
 * The run that the page shows: the data of src/page/data.rs with the questions that panels ask of
 * it. Nothing here changes once it is made; where one looks is the cursor's.
 *
 * Events are numbered from 0. A position is how many events have happened: at position 0 none has,
 * at position `length` all have. Datagrams are numbered from 0 in the order in which they came into
 * the run; datagram 0 is frame 1 of the capture. In columns, -1 stands for nothing.
 */

/** How often the list of datagrams on their way is kept, in events. */
const CHECKPOINT = 512;

/** What a datagram may come to. */
export const FATE = { inFlight: 0, delivered: 1, dropped: 2, lostByKernel: 3 };

export class Run {
  /** @param {object} data the data of src/page/data.rs */
  constructor(data) {
    this.about = data.about;
    /** `pass`, `fail`, or null when the trace breaks off. */
    this.verdict = data.verdict;
    /** `complete`, `interrupted`, `limit-reached`, or null when the trace breaks off. */
    this.ended = data.ended;
    this.checks = data.checks;
    /** `{name, role, address, neighbours, chunks, contact}`; a client's chunks are those it wants. */
    this.endpoints = data.endpoints;
    /** Definitions of the messages: `{number, name, fields: [{name, label, kind}]}`. */
    this.messages = data.messages;
    /** `{hex, text, type, ids}`; `type` is the name of a message, or null. */
    this.payloads = data.payloads;
    /** Columns `time` (ns), `cause`, `kind`, `who`, `datagram`, `text`. */
    this.events = data.events;
    this.kinds = data.kinds;
    this.texts = data.texts;
    /** Columns `born`, `end`, `from`, `to`, `payload`, `arrived`, `fate`, `reason`, `search`, `hop`,
     * `duplicate`, `copyOf`. */
    this.datagrams = data.datagrams;
    this.reasons = data.reasons;
    /** `{client, contact, hello, reached: [[endpoint, event, hop]]}`, in the order of events. */
    this.searches = data.searches;
    /** `{event, change, peers, from, to, bothWays, chunks}` */
    this.changes = data.changes;
    /** `{event, client, chunk, source}`; the source is an endpoint, an address, or null. */
    this.logged = data.logged;
    /** `{check, who, chunk, entry, expected, got, event, more}` */
    this.findings = data.findings;
    this.length = this.events.time.length;
    this.peers = this.endpoints.flatMap((one, index) => (one.role === "peer" ? [index] : []));
    this.clients = this.endpoints.flatMap((one, index) => (one.role === "client" ? [index] : []));
    this.#checkpoints = this.#walk();
  }

  #checkpoints;

  /** The kind of event `event`: `sent`, `delivered`, … (docs/trace.md). */
  kind(event) {
    return this.kinds[this.events.kind[event]];
  }

  /** The payload of `datagram` as it was sent. */
  payload(datagram) {
    return this.payloads[this.datagrams.payload[datagram]];
  }

  /** The name of the message that `datagram` is by its first field, or null. */
  type(datagram) {
    return this.payload(datagram).type;
  }

  /** The name of an endpoint, or `outside` for nobody of the run. */
  name(endpoint) {
    return endpoint < 0 ? "outside" : this.endpoints[endpoint].name;
  }

  /** Whether `event` brings a datagram into the run. */
  isBirth(event) {
    const datagram = this.events.datagram[event];
    return datagram >= 0 && this.datagrams.born[datagram] === event;
  }

  /** Whether `event` ends a datagram. */
  isEnd(event) {
    const datagram = this.events.datagram[event];
    return datagram >= 0 && this.datagrams.end[datagram] === event;
  }

  /** The datagrams that are on their way at `position`, in the order in which they began. */
  inFlight(position) {
    const happened = Math.floor(position);
    const place = Math.floor(happened / CHECKPOINT);
    const flying = new Set(this.#checkpoints[place]);
    for (let event = place * CHECKPOINT; event < happened; event += 1) {
      this.#follow(event, flying);
    }
    return [...flying];
  }

  /** How far each peer's first news of `search` (or of any, with -1) is at `position`: a map from
   * endpoint to `{event, hop}`. */
  heard(position, search) {
    const happened = Math.floor(position);
    const heard = new Map();
    for (const [number, one] of this.searches.entries()) {
      if (search >= 0 && search !== number) continue;
      for (const [endpoint, event, hop] of one.reached) {
        if (event >= happened) break;
        const before = heard.get(endpoint);
        if (!before || event < before.event) heard.set(endpoint, { event, hop });
      }
    }
    return heard;
  }

  /** What the datagrams on their way are at each checkpoint. */
  #walk() {
    const checkpoints = [];
    const flying = new Set();
    for (let event = 0; event <= this.length; event += 1) {
      if (event % CHECKPOINT === 0) checkpoints.push([...flying]);
      if (event < this.length) this.#follow(event, flying);
    }
    return checkpoints;
  }

  #follow(event, flying) {
    if (this.isBirth(event)) flying.add(this.events.datagram[event]);
    else if (this.isEnd(event)) flying.delete(this.events.datagram[event]);
  }
}
