/**
 * How each type of datagram looks: its colour, its symbol and its dash are the same on the stage,
 * in the diagram, the table and the counters. The colours are those of Okabe and Ito, which people
 * with any sort of colour vision can tell apart; src/draw/colours.rs has the same.
 */
/* global d3 */

const MARKS = {
  HELLO: { colour: "#e69f00", symbol: d3.symbolTriangle, dash: "8 3" },
  QUERY: { colour: "#0072b2", symbol: d3.symbolCircle, dash: null },
  CHUNKS_INFO: { colour: "#009e73", symbol: d3.symbolSquare, dash: "2 3" },
  GET: { colour: "#cc79a7", symbol: d3.symbolDiamond, dash: "8 3 2 3" },
  RESPONSE: { colour: "#d55e00", symbol: d3.symbolStar, dash: "12 4" },
  NUMBERED_QUERY: { colour: "#0072b2", symbol: d3.symbolCircle, dash: null },
  ACK: { colour: "#56b4e9", symbol: d3.symbolCross, dash: "1 4" },
};

/** What is no message. */
const OTHER = { colour: "#6b6b6b", symbol: d3.symbolWye, dash: "4 4" };

/** How a datagram of `type` looks; `type` may be null. */
export function markOf(type) {
  return MARKS[type] ?? OTHER;
}

/** The outline of its symbol, of `size` square pixels. */
export function outline(type, size) {
  return d3.symbol(markOf(type).symbol, size)();
}
