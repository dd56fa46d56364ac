/**
 * Peers as dots, all that look the same in one outline, and on hop rings how many of each have
 * heard. Thousands of peers are a few elements.
 */
/* global d3 */
import { hopColour } from "#page/hopcolour";
import { count } from "#page/brief";

export class DotLayer {
  /**
   * @param {object} group where the dots are drawn: a d3 selection
   * @param {HTMLElement} list where the counts of rings are written, if peers stand on rings
   */
  constructor(group, list, run, last) {
    this.#group = group;
    this.#list = d3.select(list);
    this.#run = run;
    this.#last = last;
  }

  #group;
  #list;
  #run;
  #last;
  #layout;
  #dots = [];
  #tree;

  /** Puts the dots where `layout` says. */
  place(layout) {
    this.#layout = layout;
    const { places, rings } = layout;
    this.#dots = this.#run.endpoints.map(
      (_, one) => `M${places[one].x.toFixed(1)} ${places[one].y.toFixed(1)}h0`,
    );
    this.#tree = d3.quadtree(
      this.#run.peers,
      (peer) => places[peer].x,
      (peer) => places[peer].y,
    );
    this.#group
      .selectAll("circle.track")
      .data(rings ?? [])
      .join("circle")
      .attr("class", "track")
      .attr("cx", ({ centre }) => centre.x)
      .attr("cy", ({ centre }) => centre.y)
      .attr("r", ({ outer }) => outer + layout.room);
  }

  /** The peer at most `far` from the point, or undefined. */
  at(x, y, far) {
    return this.#tree?.find(x, y, far);
  }

  /** Shows an instant: who heard, and who is down. */
  draw(now, heard) {
    const looks = d3.group(this.#run.peers, (peer) => {
      if (now.conditions.has(peer)) return "down";
      return heard.has(peer) ? heard.get(peer).hop : "deaf";
    });
    this.#group
      .selectAll("path.dots")
      .data(looks, ([look]) => look)
      .join("path")
      .attr("class", ([look]) => `dots ${typeof look === "number" ? "heard" : look}`)
      .attr("data-hop", ([look]) => (typeof look === "number" ? look : null))
      .attr("stroke-width", this.#layout.radius * 2)
      .style("stroke", ([look]) =>
        typeof look === "number" ? hopColour(look, this.#last).fill : null,
      )
      .attr("d", ([, peers]) => peers.map((peer) => this.#dots[peer]).join(""));
    this.#list
      .selectAll("li.ring")
      .data(this.#layout.rings ?? [])
      .join("li")
      .attr("class", "ring")
      .text(({ hop, peers }) => {
        const name = hop < Infinity ? `ring ${hop}` : "not joined";
        const reached = peers.filter((peer) => heard.has(peer)).length;
        return `${name}: ${count(reached)} of ${count(peers.length)} heard`;
      });
  }
}
