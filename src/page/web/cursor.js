/**
 * Where one looks: the one instant that stage, diagram, table and counters show.
 *
 * A position is how many events have happened; with a fraction, how much of the way to the next one
 * is behind. Whoever wants to show another instant calls `moveTo`; whoever shows one listens.
 */
export class Cursor {
  /** @param {number} length how many events there are */
  constructor(length) {
    this.length = length;
    this.position = 0;
    this.#listeners = [];
  }

  #listeners;

  /** How many events have happened. */
  get happened() {
    return Math.floor(this.position);
  }

  /** Calls `listener` now and after each move. */
  follow(listener) {
    this.#listeners.push(listener);
    listener(this.position);
  }

  /** Goes to `position`, or to the nearest that there is. */
  moveTo(position) {
    const there = Math.min(Math.max(position, 0), this.length);
    if (there === this.position) return;
    this.position = there;
    for (const listener of this.#listeners) listener(there);
  }

  /** Shows the instant just after `event`. */
  showEvent(event) {
    this.moveTo(event + 1);
  }
}
