/**
 * The colours of hops: light near the contact, dark far away. The scale is viridis, whose order is
 * seen without telling red from green, and in grey; src/draw/colours.rs has the same.
 */
/* global d3 */

/** The least hop at the dark end: a search of one hop is not all contrast. */
const LEAST = 4;

/** The farthest hop that any search of `run` reached. */
export function lastHop(run) {
  return d3.max(run.searches, ({ reached }) => d3.max(reached, ([, , hop]) => hop)) ?? 0;
}

/** The fill of a peer that heard at `hop` and the ink on it: `{fill, ink}`. */
export function hopColour(hop, last) {
  const colour = d3.color(d3.interpolateViridis(1 - Math.min(hop / Math.max(last, LEAST), 1)));
  const light = 0.299 * colour.r + 0.587 * colour.g + 0.114 * colour.b;
  return { fill: colour.formatHex(), ink: light > 125 ? "#000000" : "#ffffff" };
}
