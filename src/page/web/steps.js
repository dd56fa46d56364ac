/** How many peers have been reached and QUERYs sent, as lines over the moments of the run. */
/* global d3 */
import { Pace } from "#page/pace";
import { countAt } from "#page/tally";
import { clockText } from "#page/words";

const HEIGHT = 10;
const MARGIN = { top: 1.6, right: 3.4, bottom: 1.8, left: 3.4 };

/** The moments of a run are found once. */
const paces = new WeakMap();

/** Draws the counts of `census` into `svg`, up to `position`; behind it only if the future is shown. */
export function drawSteps(svg, run, census, position, future) {
  if (!paces.has(run)) paces.set(run, new Pace(run.events.time, "moments"));
  const pace = paces.get(run);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const width = svg.node().clientWidth;
  const height = HEIGHT * rem;
  svg.attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
  const [left, right] = [MARGIN.left * rem, width - MARGIN.right * rem];
  const [top, bottom] = [MARGIN.top * rem, height - MARGIN.bottom * rem];
  const here = pace.at(position);
  const x = d3.scaleLinear([-1, Math.max(pace.at(run.length), 0)], [left, right]);
  const scale = (events) => {
    const most = future ? events.length : countAt(events, Math.floor(position));
    return d3.scaleLinear([0, Math.max(most, 1)], [bottom, top]).nice(4);
  };
  const [reached, queries] = [scale(census.reached), scale(census.queries)];

  const axis = (name, place, draw) => {
    const group = svg.selectAll(`g.${name}`).data([null]).join("g").attr("class", `axis ${name}`);
    group.attr("transform", place).call(draw);
  };
  const whole = (made) => made.ticks(4, "d").tickSize(4);
  axis("reached", `translate(${left}, 0)`, whole(d3.axisLeft(reached)));
  axis("queries", `translate(${right}, 0)`, whole(d3.axisRight(queries)));
  const ticks = x.ticks(Math.max(2, Math.floor((right - left) / (7 * rem))));
  const moments = ticks.filter((one) => one >= 0 && Number.isInteger(one));
  const timeOf = (moment) => clockText(run.events.time[Math.floor(pace.position(moment)) - 1]);
  axis("time", `translate(0, ${bottom})`, d3.axisBottom(x).tickValues(moments).tickFormat(timeOf));

  const stepsOf = (events, end) => [
    [-1, 0],
    ...events.map((event, place) => [pace.at(event + 1), place + 1]),
    [end, events.length],
  ];
  const happened = Math.floor(position);
  const lines = [
    { name: "reached", label: "peers reached (green)", events: census.reached, y: reached },
    { name: "queries", label: "QUERYs sent (blue)", events: census.queries, y: queries },
  ];
  const paths = lines.flatMap(({ name, events, y }) => {
    const past = events.slice(0, countAt(events, happened));
    const later = { key: `step later ${name}`, points: stepsOf(events, x.domain()[1]), y };
    const before = { key: `step ${name}`, points: stepsOf(past, here), y };
    return future ? [later, before] : [before];
  });
  const path = svg
    .selectAll("path.step")
    .data(paths, (one) => one.key)
    .join("path");
  path
    .attr("class", (one) => one.key)
    .attr("d", ({ points, y }) =>
      d3
        .line(
          ([moment]) => x(moment),
          ([, count]) => y(count),
        )
        .curve(d3.curveStepAfter)(points),
    );
  const whose = svg.selectAll("text.whose").data(lines).join("text");
  whose.attr("class", ({ name }) => `whose ${name}`).attr("y", 0.6 * rem);
  whose.attr("x", ({ name }) => (name === "reached" ? 0.2 * rem : width - 0.2 * rem));
  whose.text(({ label }) => label);
  const now = svg.selectAll("line.here").data([here]).join("line").attr("class", "here");
  now.attr("x1", x).attr("x2", x).attr("y1", top).attr("y2", bottom);
}
