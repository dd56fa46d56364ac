/**
 * What has been picked to be looked at closely: an event, with its datagram if it is of one. It
 * stays while the cursor moves on.
 */
export class Selection {
  constructor() {
    this.event = null;
    this.#listeners = [];
  }

  #listeners;

  /** Calls `listener` now and whenever something else is picked. */
  follow(listener) {
    this.#listeners.push(listener);
    listener(this.event);
  }

  /** Picks `event`; null for nothing. */
  pick(event) {
    if (event === this.event) return;
    this.event = event;
    for (const listener of this.#listeners) listener(event);
  }
}
