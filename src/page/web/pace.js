/**
 * How fast the run passes on the screen. A pace gives each event a place on a scale of its own;
 * playing moves evenly along that scale.
 *
 * - `moments`: each distinct instant of the run's clock takes as long as any other, so a wait of
 *   five seconds is not watched and what travels together is seen together;
 * - `events`: each event takes as long as any other;
 * - `clock`: true to the run's clock.
 */
export const PACES = ["moments", "events", "clock"];

export class Pace {
  /**
   * @param {number[]} times of the events, in ns
   * @param {string} kind one of PACES
   */
  constructor(times, kind) {
    this.kind = kind;
    this.#places = places(times, kind);
  }

  #places;

  /** Where `position` lies on the scale. */
  at(position) {
    const whole = Math.floor(position);
    const here = this.#of(whole);
    return here + (this.#of(whole + 1) - here) * (position - whole);
  }

  /** The position that lies at `place` of the scale: the last, where several do. */
  position(place) {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#of(middle) <= place) low = middle;
      else high = middle - 1;
    }
    const here = this.#of(low);
    const next = this.#of(low + 1);
    return next > here ? low + Math.max(0, Math.min(place - here, next - here)) / (next - here) : low;
  }

  /** Which part of its way a datagram has behind it at `position`, 0 to 1. */
  travelled(position, born, end) {
    const begun = this.#of(born + 1);
    const takes = this.#of(end + 1) - begun;
    return takes > 0 ? Math.max(0, Math.min((this.at(position) - begun) / takes, 1)) : 1;
  }

  /** The place of the position at which `happened` events have happened. */
  #of(happened) {
    const last = this.#places.length - 1;
    if (last < 0) return 0;
    return happened <= 0 ? this.#places[0] - 1 : this.#places[Math.min(happened - 1, last)];
  }
}

/** `times`, none before the one before it: live, what is told later may have happened earlier. */
function rising(times) {
  let latest = 0;
  return times.map((time) => {
    latest = Math.max(latest, time);
    return latest;
  });
}

/** The place of each event. */
function places(times, kind) {
  if (kind === "events") return times.map((_, event) => event);
  if (kind === "clock") return rising(times);
  let moment = 0;
  return times.map((time, event) => {
    if (event > 0 && time !== times[event - 1]) moment += 1;
    return moment;
  });
}
