/**
 * What of a run is in sight of the space-time diagram. Its rows are the run's moments, the distinct
 * instants of the clock, however long the run waits between them.
 */
/* global d3 */
import { Pace } from "#page/pace";

/** How much longer than most a wait is that is shown as a break. */
const LONG = 10;

/** How many datagrams are looked at to choose those that are drawn. */
const MOST_ASKED = 5000;

export class Moments {
  constructor(run) {
    this.run = run;
    this.pace = new Pace(run.events.time, "moments");
    const times = run.events.time;
    const waits = times.flatMap((time, event) => {
      const wait = event > 0 ? time - times[event - 1] : 0;
      return wait > 0 ? [wait] : [];
    });
    this.long = LONG * (d3.median(waits) ?? 0);
  }

  /** How many moments there are. */
  get count() {
    return this.run.length > 0 ? this.pace.at(this.run.length) + 1 : 0;
  }

  /** Where `position` lies among the moments; between two it is on the way from one to the next. */
  at(position) {
    return this.pace.at(position);
  }

  /** The moment of `event`. */
  of(event) {
    return this.pace.at(event + 1);
  }

  /** The first event of `moment`, or of the first behind it. */
  firstEvent(moment) {
    return moment <= 0 ? 0 : Math.floor(this.pace.position(moment - 1));
  }

  /** The moments from `top` to `bottom`: `{moment, time, wait}`, the wait before it if it is long. */
  rows(top, bottom) {
    const { time } = this.run.events;
    const from = Math.max(0, Math.ceil(top));
    return d3.range(from, Math.min(Math.floor(bottom) + 1, this.count)).map((moment) => {
      const event = this.firstEvent(moment);
      const wait = event > 0 ? time[event] - time[event - 1] : 0;
      return { moment, time: time[event], wait: wait > this.long ? wait : null };
    });
  }

  /** The datagrams that were born before `position` and are in sight below `top`: the latest
   * first, then those that were born above it, and how many there are in all. */
  datagrams(top, position) {
    const { born } = this.run.datagrams;
    const opening = Math.min(this.firstEvent(Math.ceil(top)), position);
    const older = this.run.inFlight(opening);
    const from = d3.bisectLeft(born, opening);
    let until = d3.bisectLeft(born, position);
    const list = [];
    const count = until - from + older.length;
    while (until > from && list.length < MOST_ASKED) {
      const moment = this.of(born[until - 1]);
      const first = Math.max(from, d3.bisectLeft(born, this.firstEvent(moment)));
      list.push(...d3.range(Math.max(first, until - MOST_ASKED), until).reverse());
      until = first;
    }
    return { list: list.concat(older).slice(0, MOST_ASKED), count };
  }

  /** The datagrams that are born from `position` on and before `bottom`. */
  coming(position, bottom) {
    const { born } = this.run.datagrams;
    const first = d3.bisectLeft(born, position);
    const last = d3.bisectLeft(born, this.firstEvent(Math.floor(bottom) + 1));
    return d3.range(first, Math.min(last, first + MOST_ASKED));
  }

  /** What happens to endpoints alone between `top` and `position`: `{endpoint, moment, text}`. */
  notes(top, position, tell) {
    const { events } = this.run;
    const notes = new Map();
    const first = this.firstEvent(Math.ceil(top));
    for (let event = Math.max(first, position - MOST_ASKED); event < position; event += 1) {
      const endpoint = events.who[event];
      if (endpoint < 0 || events.datagram[event] >= 0) continue;
      const moment = this.of(event);
      const key = `${endpoint} ${moment}`;
      const texts = notes.get(key)?.texts ?? [];
      notes.set(key, { key, endpoint, moment, texts: [...texts, tell(event)] });
    }
    return [...notes.values()];
  }
}
