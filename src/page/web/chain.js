/** What made an event happen, and what it made happen. */

/** Answers for one run; the events that each one caused are looked up once. */
export class Chain {
  constructor(run) {
    this.run = run;
    // The events that an event caused, as lists through `next`: a run may have a million events.
    this.first = new Int32Array(run.length).fill(-1);
    this.next = new Int32Array(run.length).fill(-1);
    for (let event = run.length - 1; event >= 0; event -= 1) {
      const cause = run.events.cause[event];
      if (cause < 0) continue;
      this.next[event] = this.first[cause];
      this.first[cause] = event;
    }
  }

  /** The events that `event` caused. */
  effects(event) {
    const effects = [];
    for (let one = this.first[event]; one >= 0; one = this.next[one]) effects.push(one);
    return effects;
  }

  /** What the datagram of `event` brought about beyond its own life; for another event, its
   * effects. */
  brought(event) {
    const datagram = this.run.events.datagram[event];
    if (datagram < 0) return this.effects(event);
    const { born, end } = this.run.datagrams;
    const own = [born[datagram], end[datagram]].filter((one) => one >= 0);
    const effects = own.flatMap((one) => this.effects(one));
    return effects.filter((one) => this.run.events.datagram[one] !== datagram);
  }

  /** What led to `event`, first things first: a datagram is there once, by its birth. */
  causes(event) {
    const causes = [];
    let cause = this.run.events.cause[this.#birth(event)];
    while (cause >= 0) {
      const birth = this.#birth(cause);
      causes.push(birth);
      cause = this.run.events.cause[birth];
    }
    return causes.reverse();
  }

  #birth(event) {
    const datagram = this.run.events.datagram[event];
    return datagram < 0 ? event : this.run.datagrams.born[datagram];
  }
}
