/**
 * The datagrams on the stage: each on its way is the symbol of its type; at the instant of its end
 * it lands, is marked as a duplicate, or dies where it was lost. What is shown depends on the
 * position alone.
 */
import { bend, lanes, pointOn } from "#page/lanes";
import { STAGE } from "#page/layout";
import { markOf, outline } from "#page/marks";
import { links } from "#page/overlay";
import { FATE } from "#page/run";
import { thin } from "#page/thin";
import { reasonText } from "#page/words";

/** How many are drawn as points when there are too many for symbols. */
const POINTS = 1500;

/** Where on its way a lost one dies. */
const DIES = 0.5;

export class DatagramLayer {
  /**
   * @param {object} group where datagrams are drawn: a d3 selection
   * @param {object} run the run
   */
  constructor(group, run) {
    this.#run = run;
    this.#lanes = lanes(run);
    const linked = new Set(
      links(run).flatMap(([one, other]) => [`${one} ${other}`, `${other} ${one}`]),
    );
    const { from, to } = run.datagrams;
    this.#onLink = from.map((one, datagram) => linked.has(`${one} ${to[datagram]}`));
    this.#points = group.append("g").attr("class", "points");
    this.#flying = group.append("g").attr("class", "flying");
    this.#ends = group.append("g").attr("class", "ends");
  }

  #run;
  #lanes;
  #onLink;
  #points;
  #flying;
  #ends;
  #layout;
  #shown = new Map();
  #size = 100;
  #words = "";

  /** Draws between the places of `layout`, with letters `scale` times as large as usual. */
  place(layout, scale) {
    this.#layout = layout;
    this.#size = Math.min(Math.max(layout.radius * 7, 26), 190) * scale;
    this.#flying.selectAll("path").remove();
    this.#shown.clear();
    this.#words = layout.radius > 18 ? "duplicate" : layout.radius > 7 ? "×2" : "";
  }

  /**
   * Shows the datagrams of `position`.
   *
   * @param {number} position of the cursor
   * @param {object} pace how datagrams go
   * @param {number} most how many symbols may be drawn
   * @param {boolean} still whether they jump
   * @returns {{flying: number, drawn: number, points: number}} how many there are and are drawn
   */
  draw(position, pace, most, still) {
    const flying = this.#run.inFlight(Math.floor(position));
    const spots = (datagrams) =>
      datagrams.flatMap((datagram) => {
        const part = still ? DIES : this.#part(position, pace, datagram);
        const spot = this.spot(datagram, part);
        return spot ? [{ datagram, spot }] : [];
      });
    const drawn = spots(thin(flying, most));
    this.#symbols(drawn);
    const points = flying.length > most ? spots(thin(flying, POINTS)) : [];
    this.#dust(points);
    this.#end(position);
    return { flying: flying.length, drawn: drawn.length, points: points.length };
  }

  /** The point at `part` of the way of `datagram`, or null when both its ends are outside. */
  spot(datagram, part) {
    const { from, to } = this.#run.datagrams;
    const [start, target] = this.#ways(from[datagram], to[datagram]);
    if (!start) return null;
    const length = Math.hypot(target.x - start.x, target.y - start.y);
    const spread = Math.min(this.#layout.radius / 18, 1);
    const off = bend(this.#lanes[datagram], length, this.#onLink[datagram], spread);
    return pointOn(start, target, part, off);
  }

  #part(position, pace, datagram) {
    const { born, end } = this.#run.datagrams;
    const until = end[datagram] < 0 ? this.#run.length - 1 : end[datagram];
    const part = pace.travelled(position, born[datagram], until);
    return this.#lost(datagram) ? part * DIES : part;
  }

  #lost(datagram) {
    const fate = this.#run.datagrams.fate[datagram];
    return fate === FATE.dropped || fate === FATE.lostByKernel;
  }

  /** The places of both ends; an end outside the run is at the edge of the stage. */
  #ways(from, to) {
    const { places, radius } = this.#layout;
    const known = (one) => ({ ...places[one], rim: radius });
    if (from < 0 && to < 0) return [];
    if (from < 0) return [edge(places[to]), known(to)];
    if (to < 0) return [known(from), edge(places[from])];
    return [known(from), known(to)];
  }

  /** Elements that are no longer needed are used again: there may be hundreds in each frame. */
  #symbols(drawn) {
    const wanted = new Set(drawn.map(({ datagram }) => datagram));
    const spare = [];
    for (const [datagram, element] of this.#shown) {
      if (wanted.has(datagram)) continue;
      spare.push(element);
      this.#shown.delete(datagram);
    }
    for (const { datagram, spot } of drawn) {
      let element = this.#shown.get(datagram);
      if (!element) {
        element = spare.pop() ?? this.#flying.append("path").attr("data-state", "flying").node();
        this.#become(element, datagram);
        this.#shown.set(datagram, element);
      }
      element.setAttribute("transform", `translate(${spot.x.toFixed(1)},${spot.y.toFixed(1)})`);
    }
    for (const element of spare) element.remove();
  }

  /** Makes `element` the symbol of `datagram`. */
  #become(element, datagram) {
    const type = this.#run.type(datagram);
    element.dataset.datagram = datagram;
    element.classList.toggle("copy", this.#run.datagrams.copyOf[datagram] >= 0);
    if (element.dataset.type === String(type)) return;
    element.dataset.type = type;
    element.setAttribute("fill", markOf(type).colour);
    element.setAttribute("d", outline(type, this.#size));
  }

  #dust(points) {
    const types = new Map();
    for (const { datagram, spot } of points) {
      const type = this.#run.type(datagram);
      if (!types.has(type)) types.set(type, []);
      types.get(type).push(`M${spot.x.toFixed(1)} ${spot.y.toFixed(1)}h0`);
    }
    this.#points
      .selectAll("path")
      .data([...types], ([type]) => type)
      .join("path")
      .attr("data-type", ([type]) => type)
      .attr("stroke", ([type]) => markOf(type).colour)
      .attr("d", ([, dots]) => dots.join(""));
  }

  /** The datagram whose end has just happened, at a whole position. */
  #end(position) {
    const run = this.#run;
    const event = position - 1;
    const ended = Number.isInteger(position) && event >= 0 && run.isEnd(event);
    const datagram = ended ? run.events.datagram[event] : -1;
    const shown = ended ? this.ending(datagram) : null;
    const group = this.#ends
      .selectAll("g")
      .data(shown?.spot ? [{ datagram, ...shown }] : [], (one) => one.datagram)
      .join("g")
      .attr("class", ({ state }) => `end ${state}`)
      .attr("data-datagram", (one) => one.datagram)
      .attr("data-state", ({ state }) => state)
      .attr("transform", ({ spot }) => `translate(${spot.x.toFixed(1)},${spot.y.toFixed(1)})`);
    group.each((one, index, all) => drawEnd(all[index], one, this.#size));
  }

  /** How the end of `datagram` looks: `{state, spot, words, type}`. */
  ending(datagram) {
    const { duplicate, reason } = this.#run.datagrams;
    const type = this.#run.type(datagram);
    if (this.#lost(datagram)) {
      const why = reason[datagram] < 0 ? "lost by the kernel" : reasonText(this.#run, datagram);
      return {
        state: "lost",
        spot: this.spot(datagram, DIES),
        words: this.#words === "duplicate" ? why : "",
        type,
      };
    }
    const spot = this.spot(datagram, 1);
    if (duplicate[datagram] === 1) {
      const peer = this.#layout.places[this.#run.datagrams.to[datagram]];
      return { state: "duplicate", spot, words: this.#words, type, side: sideOf(spot, peer) };
    }
    return { state: "landed", spot, words: "", type };
  }
}

/** Draws an end into `element`, which stands where it was. */
export function drawEnd(element, { state, words, type, side }, size) {
  element.replaceChildren();
  const arm = Math.sqrt(size) * 0.75;
  const add = (name, attributes, text = "") => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    part.textContent = text;
    element.append(part);
  };
  const faded = state === "lost" ? { opacity: 0.45 } : {};
  add("path", { d: outline(type, size), fill: markOf(type).colour, ...faded });
  if (state === "lost") {
    add("path", {
      class: "cross",
      d: `M${-arm} ${-arm}L${arm} ${arm}M${arm} ${-arm}L${-arm} ${arm}`,
    });
  }
  if (state === "duplicate") add("circle", { class: "again", r: arm * 1.15 });
  if (words) add("text", besides(side, arm), words);
}

/** On which side of `peer` a datagram at `spot` is: its words stand there, off the peer's name. */
function sideOf(spot, peer) {
  if (!peer) return "above";
  const [across, down] = [spot.x - peer.x, spot.y - peer.y];
  if (Math.abs(across) > Math.abs(down)) return across < 0 ? "left" : "right";
  return down < 0 ? "above" : "below";
}

/** Where words stand on this side of a sign whose arms are `arm` long. */
function besides(side, arm) {
  const off = arm + 8;
  const places = {
    left: { x: -off, y: 4, style: "text-anchor: end" },
    right: { x: off, y: 4, style: "text-anchor: start" },
    below: { y: off + 8 },
  };
  return places[side] ?? { y: -arm - 4 };
}

/** The point at the edge of the stage that is nearest to `place`. */
function edge({ x, y }) {
  const across = x < STAGE.width - x ? 0 : STAGE.width;
  const down = y < STAGE.height - y ? 0 : STAGE.height;
  const side = Math.abs(x - across) < Math.abs(y - down);
  return { x: side ? across : x, y: side ? y : down, rim: 0 };
}
