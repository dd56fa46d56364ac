/**
 * Plays the run: moves the cursor along the pace, and steps by datagram and by hop. What is shown
 * at a position never depends on the way there, so stepping back is stepping forward read
 * backwards.
 */
import { hopMarks } from "#page/hops";
import { advance, SPEEDS, unit } from "#page/tempo";

/** The most that one frame may move on, in seconds: a tab that slept does not jump to the end. */
const LONGEST_FRAME = 0.25;

export class Player {
  /** @param {{run: object, cursor: object, view: object}} context */
  constructor({ run, cursor, view }) {
    this.run = run;
    this.cursor = cursor;
    this.playing = false;
    this.speed = 1;
    /** Where playing may be held up: a function from two positions to one between, or null. */
    this.gate = null;
    /** The stops of steps by hop: `{position, label, …}`, in order (hops.js). */
    this.marks = hopMarks(run);
    view.follow(() => {
      if (this.#pace === view.pace) return;
      this.#pace = view.pace;
      /** How much of the pace's scale passes in a second at speed 1. */
      this.unit = unit(run, view.pace);
    });
  }

  #pace = null;
  #listeners = [];
  #before = null;

  /** Calls `listener` now and whenever playing, speed or a stop changes. */
  follow(listener) {
    this.#listeners.push(listener);
    listener(this);
  }

  /** Plays, from the start when one is at the end. */
  play() {
    if (this.playing) return;
    if (this.cursor.position >= this.run.length) this.cursor.moveTo(0);
    this.playing = true;
    this.#before = null;
    this.#tell();
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** Stands still. */
  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.#tell();
  }

  /** Plays, or stands still. */
  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Chooses one of SPEEDS. */
  setSpeed(speed) {
    this.speed = speed;
    this.#tell();
  }

  /** Plays faster or slower by `steps` of SPEEDS. */
  changeSpeed(steps) {
    const place = SPEEDS.indexOf(this.speed) + steps;
    this.setSpeed(SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)]);
  }

  /** Goes to `position` and stands still there. */
  goTo(position) {
    this.pause();
    this.cursor.moveTo(position);
  }

  /** Steps to just after the next (1) or the previous (-1) event that begins or ends a datagram. */
  stepDatagram(direction) {
    const { run, cursor } = this;
    let position = direction > 0 ? Math.floor(cursor.position) + 1 : Math.ceil(cursor.position) - 1;
    while (position > 0 && position < run.length && !moves(run, position - 1)) {
      position += direction;
    }
    this.goTo(position);
  }

  /** Steps to the next (1) or the previous (-1) stop of hops.js. */
  stepHop(direction) {
    const here = this.cursor.position;
    const marks = this.marks;
    const next =
      direction > 0
        ? marks.find(({ position }) => position > here)
        : marks.findLast(({ position }) => position < here);
    if (!next) return;
    const there =
      direction > 0 ? (this.gate?.(here, next.position) ?? next.position) : next.position;
    this.goTo(there);
  }

  #frame(now) {
    if (!this.playing) return;
    const seconds = Math.min((now - (this.#before ?? now)) / 1000, LONGEST_FRAME);
    this.#before = now;
    const here = this.cursor.position;
    const there = advance(this.#pace, this.run.length, here, seconds * this.speed, this.unit);
    const stop = this.gate?.(here, there) ?? null;
    this.cursor.moveTo(stop ?? there);
    if (stop !== null || this.cursor.position >= this.run.length) this.pause();
    else requestAnimationFrame((next) => this.#frame(next));
  }

  #tell() {
    for (const listener of this.#listeners) listener(this);
  }
}

/** Whether `event` begins or ends a datagram. */
function moves(run, event) {
  return run.isBirth(event) || run.isEnd(event);
}
