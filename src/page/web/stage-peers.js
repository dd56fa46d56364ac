/**
 * The endpoints on the stage: peers with their names and chunks, filled by the hop at which they
 * heard; clients with what they want, ticked off as it comes.
 */
/* global d3 */
import { hopColour } from "#page/hopcolour";
import { shortChunks } from "#page/brief";

/** How much is written at each endpoint, by how many endpoints there are. */
const DETAIL = [
  { most: 70, name: true, chunks: true, hop: true },
  { most: 160, name: true, chunks: false, hop: true },
  { most: Infinity, name: false, chunks: false, hop: false },
];

/** A sign for those who are not there. */
const SIGNS = { stopped: "■", crashed: "✕", paused: "❚❚" };

const TICK = "✓";
const CROSS = "✗";

export class PeerLayer {
  /**
   * @param {object} group where endpoints are drawn: a d3 selection
   * @param {object} run the run
   * @param {number[]} shown the endpoints that are drawn
   * @param {number} last the farthest hop of any search
   */
  constructor(group, run, shown, last) {
    this.#run = run;
    this.#last = last;
    this.#detail = DETAIL.find(({ most }) => shown.length <= most);
    this.#nodes = group
      .selectAll("g")
      .data(shown)
      .join("g")
      .attr("data-endpoint", (one) => one)
      .attr("class", (one) => `endpoint ${run.endpoints[one].role}`);
    this.#nodes.each((one, index, all) => this.#build(d3.select(all[index]), one));
    if (this.#detail.name) {
      this.#nodes.attr("tabindex", 0).attr("role", "button");
    }
  }

  #run;
  #last;
  #detail;
  #letters = 0;
  #nodes;
  #drawn = new Map();

  #build(node, one) {
    const client = this.#run.endpoints[one].role === "client";
    node.append(client ? "rect" : "circle").attr("class", "body");
    if (this.#detail.name || client) node.append("text").attr("class", "name");
    if (this.#detail.chunks || client) node.append("text").attr("class", "chunks");
    if (this.#detail.hop && !client) node.append("text").attr("class", "hop");
  }

  /** Puts endpoints where `layout` says, with letters `scale` times as large as usual. */
  place({ places, radius, room }, scale) {
    this.#drawn.clear();
    const { endpoints } = this.#run;
    this.#letters = Math.floor((room * 2) / (6.2 * scale));
    this.#nodes.attr("transform", (one) => `translate(${places[one].x},${places[one].y})`);
    this.#nodes.select("circle.body").attr("r", radius);
    const most = Math.min(15, Math.max(radius > 7 ? 9.5 : 12, radius * 0.72)) * scale;
    this.#nodes
      .select("text.name")
      .attr("dy", "0.35em")
      .attr("font-size", (one) => {
        const fits = (radius * 1.7) / (0.68 * endpoints[one].name.length);
        const roomy = endpoints[one].role === "client" ? most * 0.85 : Math.min(most, fits);
        return Math.max(roomy, 9 * scale);
      });
    const high = Math.max(radius * 1.45, most * 1.5);
    const wide = (one) =>
      Math.max(
        high * 1.4,
        0.68 * Math.max(most * 0.85, 9 * scale) * endpoints[one].name.length + 8,
      );
    this.#nodes
      .select("rect.body")
      .attr("x", (one) => -wide(one) / 2)
      .attr("y", -high / 2)
      .attr("width", wide)
      .attr("height", high)
      .attr("rx", high * 0.25);
    const small = Math.min(13, Math.max(radius > 7 ? 9.5 : 11, radius * 0.62)) * scale;
    this.#nodes
      .select("text.chunks")
      .attr("font-size", small)
      .attr("y", (one) => (endpoints[one].role === "client" ? high / 2 : radius) + small);
    this.#nodes
      .select("text.hop")
      .attr("font-size", Math.max(small, 10.5 * scale))
      .attr("x", radius * 0.75)
      .attr("y", -radius * 0.8);
  }

  /** Moves `one` alone. */
  move(one, { x, y }) {
    this.#nodes.filter((other) => other === one).attr("transform", `translate(${x},${y})`);
  }

  /**
   * Shows an instant.
   *
   * @param {object} now the standing of standing.js
   * @param {Map} heard who heard, and at which hop
   * @param {Set} wanted the chunks that are looked for
   */
  draw(now, heard, wanted) {
    this.#nodes.each((one, index, all) => {
      const role = this.#run.endpoints[one].role;
      const looks =
        role === "client" ? this.#client(one, now) : this.#peer(one, now, heard, wanted);
      const key = JSON.stringify(looks);
      if (this.#drawn.get(one) === key) return;
      this.#drawn.set(one, key);
      show(all[index], looks);
    });
  }

  #peer(one, now, heard, wanted) {
    const { name, chunks } = this.#run.endpoints[one];
    const held = now.chunks.get(one) ?? chunks;
    const condition = now.conditions.get(one) ?? null;
    const hop = heard.get(one)?.hop ?? null;
    const holder = held.some((chunk) => wanted.has(chunk));
    const words = [];
    if (condition) words.push(condition);
    words.push(hop === null ? "has not heard" : `heard at hop ${hop}`);
    if (holder) words.push("holds a wanted chunk");
    return {
      hop,
      condition,
      holder,
      paint: hop === null || condition ? null : hopColour(hop, this.#last),
      name: condition ? `${SIGNS[condition]} ${name}` : name,
      chunks: shortChunks(held, this.#letters),
      badge: hop === null ? "" : this.#letters > 11 ? `hop ${hop}` : String(hop),
      words: words.join(", "),
    };
  }

  #client(one, now) {
    const { name, chunks } = this.#run.endpoints[one];
    const logged = now.logged.get(one) ?? new Map();
    const sign = (chunk) => (logged.has(chunk) ? (logged.get(chunk) ? TICK : CROSS) : "");
    const whole = chunks.map((chunk) => `${chunk}${sign(chunk)}`).join(" ");
    const came = chunks.filter((chunk) => logged.get(chunk)).length;
    const short = `${came}/${chunks.length} ${TICK}`;
    return {
      hop: null,
      condition: null,
      holder: false,
      paint: null,
      name,
      chunks: whole.length <= Math.max(this.#letters, 8) + 4 ? whole : short,
      badge: "",
      words: `a client, has ${came} of ${chunks.length} chunks`,
    };
  }
}

/** Makes the drawing of an endpoint look as `looks` says. */
function show(element, looks) {
  const node = d3.select(element);
  node
    .attr("data-hop", looks.hop)
    .attr("data-condition", looks.condition)
    .attr("aria-description", looks.words)
    .classed("holder", looks.holder)
    .style("--fill", looks.paint?.fill ?? null)
    .style("--on-fill", looks.paint?.ink ?? null);
  node.select("text.name").text(looks.name);
  node.select("text.chunks").text(looks.chunks);
  node.select("text.hop").text(looks.badge);
}
