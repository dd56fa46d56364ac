/** Bars that lie: a row a thing, a bar a number, the past filled and the future in outline. */
/* global d3 */

/** Heights in parts of the root's font size. */
const BAR = 0.75;
const LABEL = 4.6;
const NUMBER = 6.5;

/**
 * Draws `rows`, each `{label, bars: [{label, colour, pair: [now, in all]}]}`, into `svg`; the scale
 * is that of the whole run only if the `future` is shown, so that it gives nothing away.
 */
export function drawBars(svg, { rows, future }) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const width = svg.node().clientWidth;
  const bars = rows.flatMap((row) => row.bars.map((bar, place) => ({ ...bar, row, place })));
  const many = d3.max(rows, (row) => row.bars.length) ?? 1;
  const band = (many * BAR + 0.45) * rem;
  const height = rows.length * band + 1.6 * rem;
  svg.attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
  const most = d3.max(bars, ({ pair: [now, total] }) => (future ? total : now));
  const x = d3.scaleLinear([0, Math.max(most ?? 0, 1)], [LABEL * rem, width - NUMBER * rem]);
  const y = (bar) => rows.indexOf(bar.row) * band + bar.place * BAR * rem;

  const axis = svg.selectAll("g.axis").data([null]).join("g").attr("class", "axis");
  const ticks = x.ticks(4).filter(Number.isInteger);
  axis.attr("transform", `translate(0, ${rows.length * band})`);
  axis.call(d3.axisBottom(x).tickValues(ticks).tickFormat(d3.format(",d")).tickSize(4));

  const label = svg.selectAll("text.label").data(rows).join("text").attr("class", "label");
  label.attr("x", (LABEL - 0.4) * rem).attr("y", (_, row) => row * band + (many * BAR * rem) / 2);
  label.text((row) => (row.label.length > 9 ? `${row.label.slice(0, 8)}…` : row.label));

  const rect = (name, data, value) =>
    svg
      .selectAll(`rect.${name}`)
      .data(data)
      .join("rect")
      .attr("class", (bar) => `${name} ${bar.colour}`)
      .attr("x", x(0))
      .attr("y", (bar) => y(bar) + 1)
      .attr("height", BAR * rem - 2)
      .attr("width", (bar) => x(value(bar)) - x(0));
  rect("total", future ? bars : [], (bar) => bar.pair[1]);
  rect("now", bars, (bar) => bar.pair[0]);
  const number = svg.selectAll("text.number").data(bars).join("text").attr("class", "number");
  number.attr("y", (bar) => y(bar) + (BAR * rem) / 2);
  number.attr("x", (bar) => x(future ? bar.pair[1] : bar.pair[0]) + 4);
  number.text((bar) => `${bar.pair[0].toLocaleString("en")} ${bar.label}`);
}
