/**
 * What lasts a moment while the run plays: a ring around each peer that has just heard for the
 * first time, and how datagrams died or landed in vain. It depends on the position alone, too.
 */
import { drawEnd } from "#page/stage-datagrams";

/**
 * How long a ring and an end last, in seconds on the screen at speed 1. Half-way to the next
 * moment, where steps by hop stop, only what was lost is still seen.
 */
const RING = 0.5;
const LASTS = { lost: 0.95, duplicate: 0.5, landed: 0 };

/**
 * The part of an end's time in which a datagram that was lost at once still flies to where it dies.
 */
const FLIES = 0.35;

/** The most rings, the most ends, and the most events that are looked at for them. */
const MOST = 60;
const LOOK = 1500;

export class EchoLayer {
  /**
   * @param {object} group where it is drawn: a d3 selection
   * @param {object} run the run
   * @param {object} datagrams the DatagramLayer, which knows where datagrams end
   */
  constructor(group, run, datagrams) {
    this.#run = run;
    this.#datagrams = datagrams;
    this.#rings = group.append("g").attr("class", "rings");
    this.#ends = group.append("g").attr("class", "ends");
  }

  #run;
  #datagrams;
  #rings;
  #ends;
  #layout;
  #size = 100;

  /** Draws between the places of `layout`. */
  place(layout) {
    this.#layout = layout;
    this.#size = Math.min(Math.max(layout.radius * 7, 26), 190);
  }

  /**
   * Shows what has just been, at `position`.
   *
   * @param {object} pace how time passes
   * @param {number} unit how much of the pace's scale is a second
   * @param {Map} heard who heard, by which event
   * @param {boolean} still whether nothing grows or moves
   */
  draw(position, pace, unit, heard, still) {
    const now = pace.at(position);
    const age = (event) => (now - pace.at(event + 1)) / unit;
    this.#drawRings(heard, age, still);
    this.#drawEnds(Number.isInteger(position) ? [] : this.#ended(position, age), still);
  }

  #drawRings(heard, age, still) {
    const { places, radius } = this.#layout;
    const fresh = [...heard]
      .map(([endpoint, { event }]) => ({ endpoint, part: age(event) / RING }))
      .filter(({ part }) => part < 1)
      .slice(-MOST);
    this.#rings
      .selectAll("circle")
      .data(fresh, ({ endpoint }) => endpoint)
      .join("circle")
      .attr("cx", ({ endpoint }) => places[endpoint].x)
      .attr("cy", ({ endpoint }) => places[endpoint].y)
      .attr("r", ({ part }) => radius + 4 + (still ? 3 : part * Math.max(radius, 9)))
      .attr("opacity", ({ part }) => (still ? 1 : 1 - part));
  }

  /** The datagrams that were lost or landed as duplicates a moment ago, with their age. */
  #ended(position, age) {
    const run = this.#run;
    const found = [];
    const last = Math.floor(position) - 1;
    for (let event = last; event >= 0 && event > last - LOOK && found.length < MOST; event -= 1) {
      const old = age(event);
      if (old >= LASTS.lost) break;
      if (!run.isEnd(event)) continue;
      const datagram = run.events.datagram[event];
      const ending = this.#datagrams.ending(datagram);
      const lasts = LASTS[ending.state];
      if (old < lasts && ending.spot) found.push({ datagram, part: old / lasts, ...ending });
    }
    return found;
  }

  #drawEnds(ended, still) {
    const group = this.#ends
      .selectAll("g")
      .data(ended, ({ datagram }) => datagram)
      .join("g")
      .attr("class", ({ state }) => `end ${state}`);
    group.each((one, index, all) => {
      const flies =
        !still && one.state === "lost" && this.#atOnce(one.datagram) && one.part < FLIES;
      const spot = flies ? this.#datagrams.spot(one.datagram, (one.part / FLIES) * 0.5) : one.spot;
      const element = all[index];
      element.setAttribute("transform", `translate(${spot.x.toFixed(1)},${spot.y.toFixed(1)})`);
      element.setAttribute("opacity", still ? 1 : Math.min(1, 2 * (1 - one.part)));
      drawEnd(element, flies ? { ...one, state: "landed", words: "" } : one, this.#size);
    });
  }

  /** Whether a datagram ended at the instant at which it was sent. */
  #atOnce(datagram) {
    const { born, end } = this.#run.datagrams;
    const { time } = this.#run.events;
    return time[born[datagram]] === time[end[datagram]];
  }
}
