/**
 * The time line: a slider over all positions, with what happens where above it, and the clock.
 * Events are counted in as many steps as the strip has columns; what is one of a kind has a mark of
 * its own.
 */
/* global d3 */
import { count } from "#page/brief";
import { markOf } from "#page/marks";
import { sentence } from "#page/sentence";
import { typesOf } from "#page/legend";
import { thin } from "#page/thin";
import { clockText } from "#page/words";

/** The strip, in units of its own. */
const WIDE = 1000;
const HIGH = 36;
const FLAGS = 9;

/** How many columns events are counted in, and the most marks of each sort. */
const COLUMNS = 160;
const MOST = { boundary: 30, change: 25, finding: 25 };

/** Makes the slider in `root` work, with its strip and the clock. */
export function mountTimeline(root, context, player) {
  const { run, cursor, view } = context;
  const slider = root.querySelector("#timeline");
  const clock = root.querySelector("#clock");
  slider.max = String(run.length);
  slider.addEventListener("input", () => player.goTo(Number(slider.value)));

  const strip = d3
    .select(slider.parentElement)
    .insert("svg", "input")
    .attr("id", "marks")
    .attr("viewBox", `0 0 ${WIDE} ${HIGH}`)
    .attr("preserveAspectRatio", "none")
    .attr("aria-hidden", "true");
  const across = d3.scaleLinear([0, Math.max(run.length, 1)], [0, WIDE]);
  drawEvents(strip, run, across);
  drawMarks(strip, run, across, player.marks);
  const here = strip.append("line").attr("class", "here").attr("y1", 0).attr("y2", HIGH);
  strip.on("click", (event) => player.goTo(Math.round(across.invert(d3.pointer(event)[0]))));

  const show = () => {
    const { happened } = cursor;
    slider.value = String(happened);
    slider.setAttribute("aria-valuetext", `${happened} of ${run.length} events`);
    here.attr("x1", across(cursor.position)).attr("x2", across(cursor.position));
    const time = happened === 0 ? 0 : run.events.time[happened - 1];
    clock.innerHTML = "";
    const instant = document.createElement("strong");
    instant.textContent = clockText(time);
    clock.append(instant, `event ${count(happened)} of ${count(run.length)}`);
    clock.title = sentence(run, happened);
  };
  cursor.follow(show);
  view.follow(show);
}

/** How many datagrams of each type begin in each column, one outline a type, upon each other. */
function drawEvents(strip, run, across) {
  const types = typesOf(run);
  const columns = Math.max(1, Math.min(COLUMNS, run.length));
  const counts = Array.from({ length: columns }, () =>
    Object.fromEntries(types.map((type) => [type, 0])),
  );
  for (const [datagram, event] of run.datagrams.born.entries()) {
    counts[Math.floor((event * columns) / run.length)][run.type(datagram)] += 1;
  }
  const series = d3.stack().keys(types.map(String))(counts);
  const highest = d3.max(series.at(-1) ?? [], ([, high]) => high) || 1;
  const up = d3.scaleSqrt([0, highest], [HIGH, FLAGS + 2]);
  const column = across(run.length) / columns;
  strip
    .selectAll("path.events")
    .data(series)
    .join("path")
    .attr("class", "events")
    .attr("fill", ({ key }) => markOf(key).colour)
    .attr("d", (layer) =>
      layer
        .flatMap(([low, high], place) => {
          if (high === low) return [];
          const [left, right] = [place * column, (place + 0.86) * column];
          return [`M${left} ${up(low)}H${right}V${up(high)}H${left}Z`];
        })
        .join(""),
    );
}

/** Where hops and searches begin, what changed, and what the checks found. */
function drawMarks(strip, run, across, marks) {
  const begins = marks.filter(({ hops }) => hops.length > 0);
  strip
    .selectAll("line.boundary")
    .data(thin(begins, MOST.boundary))
    .join("line")
    .attr("class", "boundary")
    .attr("x1", ({ position }) => across(position))
    .attr("x2", ({ position }) => across(position))
    .attr("y1", FLAGS)
    .attr("y2", HIGH);
  const flag = (name, of, outline) => {
    const events = new Set(of.flatMap(({ event }) => (event === null ? [] : [event])));
    strip
      .selectAll(`path.${name}`)
      .data(thin([...events], MOST[name]))
      .join("path")
      .attr("class", name)
      .attr("d", outline)
      .attr("transform", (event) => `translate(${across(event + 1)},0)`);
  };
  flag("change", run.changes, `M-1 0V${FLAGS}H0.5V5H8L5 2.5L8 0Z`);
  flag("finding", run.findings, `M-4.5 0H4.5L0 ${FLAGS}Z`);
}
