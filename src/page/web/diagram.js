/**
 * The space-time diagram: a lifeline for each endpoint, time going down, an arrow for each datagram.
 * It shows the same instant as the stage, at the line that the arrows have come to.
 */
/* global d3 */
import { arrowOf, distance, futureArrowOf } from "#page/arrows";
import { Chain } from "#page/chain";
import { lifelineOrder, lifelines } from "#page/lifelines";
import { markOf, outline } from "#page/marks";
import { Moments } from "#page/moments";
import { clockText, durationText, messageText, whoText } from "#page/words";

/** At most so many arrows are drawn, each of two elements. */
const MOST_ARROWS = 180;
/** At most so many notes are drawn. */
const MOST_NOTES = 60;
/** Sizes in parts of the root's font size; names side by side need more than a column has. */
const SIZES = { row: 2.6, column: 2.4, name: 3.9, axis: 6, head: 1.9 };
/** Where the line of now stands, as part of the height. */
const NOW = 0.7;
/** How near to an arrow a click picks it, in px. */
const NEAR = 9;

const CROSS = d3.symbol(d3.symbolTimes, 70)();

/** Shows it in `root`. */
export function mountDiagram(root, { run, cursor, selection, view }) {
  const panel = d3.select(root).classed("diagram", true);
  const moments = new Moments(run);
  const chain = new Chain(run);
  const bar = panel.append("div").attr("class", "bar");
  const all = bar.append("label").attr("class", "check");
  const showAll = all.append("input").attr("type", "checkbox").attr("id", "diagram-all");
  all.append("span").text("show all");
  const hint = bar.append("output").attr("class", "hint").attr("aria-live", "off");
  const svg = panel.append("svg").attr("role", "img");
  svg.attr("aria-label", "Space-time diagram; the table of events says the same in words");
  const layer = (name) => svg.append("g").attr("class", name);
  const [lines, rows, now, arrows, tips, notes] = [
    "lines",
    "rows",
    "now",
    "arrows",
    "tips",
    "notes",
  ].map(layer);
  const cover = svg.append("rect").attr("class", "cover");
  const names = layer("names");
  now.append("line");
  let order = [];
  let drawn = [];

  const layout = () => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { clientWidth: width, clientHeight: height } = svg.node();
    return {
      width,
      height,
      ...Object.fromEntries(Object.entries(SIZES).map(([k, v]) => [k, v * rem])),
    };
  };

  function draw() {
    const size = layout();
    if (size.width === 0) return;
    const position = cursor.happened;
    const across = size.width - size.axis;
    const room = Math.max(2, Math.floor(across / size.column));
    // Names that would run into each other stand in two lines.
    const staggered = Math.min(order.length, room) * size.name > across;
    if (staggered) size.head *= 1.5;
    const here = moments.at(cursor.position);
    const inSight = (size.height - size.head) / size.row;
    const top = Math.max(-1.4, here - NOW * inSight);
    const bottom = top + inSight;
    const { list, count } = moments.datagrams(top, position);
    foremost(list, datagramOf(position - 1));
    const coming = showAll.property("checked") ? moments.coming(position, bottom) : [];
    const first = [...leadingTo(position - 1), ...leadingTo(selection.event ?? -1)];
    const shown = lifelines(run, order, room, [...first, ...list, ...coming]);
    const x = d3.scalePoint(shown, [size.axis, size.width]).padding(0.5);
    const y = (moment) => size.head + (moment - top) * size.row;
    const both = (one) =>
      [run.datagrams.from[one], run.datagrams.to[one]].every((end) => x(end) !== undefined);
    const past = list.filter(both).slice(0, MOST_ARROWS);
    const future = coming.filter(both).slice(0, MOST_ARROWS - past.length);
    drawn = [
      ...past.map((one) => arrowOf(run, moments, one, cursor.position)),
      ...future.map((one) => futureArrowOf(run, moments, one)),
    ].map((arrow) => ({ ...arrow, ...placed(arrow, x, y) }));
    drawLifelines(shown, x, size, staggered);
    drawRows(
      moments.rows(top, bottom).filter((one) => showAll.property("checked") || one.moment <= here),
      y,
      size,
    );
    now
      .select("line")
      .attr("x1", size.axis)
      .attr("x2", size.width)
      .attr("y1", y(here))
      .attr("y2", y(here));
    drawArrows();
    drawNotes(
      moments.notes(top, position, noteText).filter((one) => x(one.endpoint) !== undefined),
      x,
      y,
    );
    sayLeftOut(shown.length, past.length, count);
  }

  /** The datagram that `event` is about, or -1. */
  function datagramOf(event) {
    return run.events.datagram[event] ?? -1;
  }

  /** The datagram of `event` and those that led to it: their lifelines tell a story. */
  function leadingTo(event) {
    if (event < 0) return [];
    const datagrams = chain.causes(event).map(datagramOf).reverse();
    return [datagramOf(event), ...datagrams].filter((datagram) => datagram >= 0);
  }

  /** The ends of an arrow, in px. */
  function placed({ datagram, begun, until, part }, x, y) {
    const from = x(run.datagrams.from[datagram]);
    const to = x(run.datagrams.to[datagram]);
    return { tail: [from, y(begun)], head: [from + (to - from) * part, y(until)] };
  }

  function drawLifelines(shown, x, size, staggered) {
    const line = lines.selectAll("line").data(shown, String).join("line");
    line.attr("x1", x).attr("x2", x).attr("y1", size.head).attr("y2", size.height);
    line.attr("class", (one) => run.endpoints[one]?.role ?? "nobody");
    cover.attr("width", size.width).attr("height", size.head);
    const name = names.selectAll("text").data(shown, String).join("text");
    name.attr("x", x).attr("y", (_, place) => size.head * (staggered && place % 2 ? 0.4 : 0.8));
    name.text((one) => shortened(run.name(one)));
    name.attr("class", (one) => run.endpoints[one]?.role ?? "nobody");
  }

  function drawRows(inSight, y, size) {
    const key = (one) => one.moment;
    const time = rows.selectAll("text.time").data(inSight, key).join("text").attr("class", "time");
    time
      .attr("x", size.axis - 8)
      .attr("y", (one) => y(one.moment))
      .text((one) => clockText(one.time));
    const waits = inSight.filter((one) => one.wait !== null);
    const wait = rows.selectAll("text.wait").data(waits, key).join("text").attr("class", "wait");
    wait.attr("x", size.axis - 8).attr("y", (one) => y(one.moment - 0.5));
    wait.text((one) => `… ${durationText(one.wait)} …`);
    const gap = rows.selectAll("line").data(waits, key).join("line");
    gap.attr("x1", size.axis).attr("x2", size.width);
    gap.attr("y1", (one) => y(one.moment - 0.5)).attr("y2", (one) => y(one.moment - 0.5));
    gap.attr("stroke-width", 0.3 * size.row);
  }

  function drawArrows() {
    const picked = datagramOf(selection.event ?? -1);
    const { followed } = view;
    const mark = (one) => markOf(run.type(one.datagram));
    const other = (one) => followed >= 0 && run.datagrams.search[one.datagram] !== followed;
    const arrow = arrows
      .selectAll("path")
      .data(drawn, (one) => one.datagram)
      .join("path");
    arrow
      .attr("data-datagram", (one) => one.datagram)
      .attr("data-state", (one) => one.state)
      .attr("d", ({ tail, head }) => `M${tail}L${head}`)
      .attr("stroke", (one) => mark(one).colour)
      .attr("stroke-dasharray", (one) => mark(one).dash)
      .classed("picked", (one) => one.datagram === picked)
      .classed("other", other);
    const tip = tips
      .selectAll("path")
      .data(drawn, (one) => one.datagram)
      .join("path");
    tip
      .attr("class", (one) => one.state)
      .classed("duplicate", (one) => one.duplicate)
      .classed("other", other)
      .attr("d", (one) => (one.state === "lost" ? CROSS : outline(run.type(one.datagram), 55)))
      .attr("transform", ({ head }) => `translate(${head})`)
      .style("color", (one) => mark(one).colour);
  }

  function drawNotes(inSight, x, y) {
    const note = notes
      .selectAll("text")
      .data(inSight.slice(-MOST_NOTES), (one) => one.key)
      .join("text");
    note.attr("x", (one) => x(one.endpoint) + 5).attr("y", (one) => y(one.moment) - 5);
    note.text((one) => shortened(one.texts.join(", "), 24));
  }

  function noteText(event) {
    const kind = run.kind(event);
    return kind === "logged" || kind === "changed" ? messageText(run, event) : kind;
  }

  function sayLeftOut(columns, past, count) {
    const left = [];
    if (columns < order.length) {
      left.push(`${columns} of ${order.length.toLocaleString("en")} lifelines`);
    }
    if (past < count) left.push(`${past} of ${count.toLocaleString("en")} datagrams in sight`);
    bar
      .selectAll("[data-thinned]")
      .data(left.length > 0 ? [left.join(", ")] : [])
      .join("span")
      .attr("data-thinned", "")
      .text((text) => `${text} drawn`);
  }

  /** The arrow that a pointer is at, if it is near one. */
  function under(moved) {
    const point = d3.pointer(moved, svg.node());
    const near = d3.least(drawn, (one) => distance(point, one.tail, one.head));
    return near && distance(point, near.tail, near.head) <= NEAR ? near.datagram : null;
  }

  svg.on("pointermove", (moved) => {
    const datagram = under(moved);
    svg.classed("over", datagram !== null);
    hint.text(datagram === null ? "" : tell(datagram));
  });
  svg.on("pointerleave", () => hint.text(""));
  svg.on("click", (moved) => {
    const datagram = under(moved);
    if (datagram !== null) selection.pick(run.datagrams.born[datagram]);
  });
  const tell = (datagram) => {
    const { born } = run.datagrams;
    return `${whoText(run, born[datagram])}: ${messageText(run, born[datagram])}`;
  };

  view.follow(() => {
    const search = run.searches[view.followed] ?? run.searches[0];
    const contact = search?.contact ?? run.endpoints[run.clients[0]]?.contact ?? null;
    order = lifelineOrder(run, contact);
    draw();
  });
  showAll.on("change", draw);
  cursor.follow(draw);
  selection.follow(draw);
  new ResizeObserver(draw).observe(root);
}

/** Brings `one` to the front of `list`, if it is in it. */
function foremost(list, one) {
  const place = list.indexOf(one);
  if (place > 0) list.unshift(...list.splice(place, 1));
}

/** `text` in at most `most` letters. */
function shortened(text, most = 9) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
