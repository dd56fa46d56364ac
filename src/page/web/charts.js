/** Charts that move with the cursor; each says its numbers in a table too. */
/* global d3 */
import { drawBars } from "#page/bars";
import { Census } from "#page/census";
import { drawSteps } from "#page/steps";

/** So many peers have bars. */
const MOST_PEERS = 20;

/** Shows them in `root`. */
export function mountCharts(root, { run, cursor, view }) {
  const panel = d3.select(root).classed("charts", true);
  const bar = panel.append("div").attr("class", "bar");
  const choice = bar.append("label").attr("class", "check");
  const showAll = choice.append("input").attr("type", "checkbox").attr("id", "charts-all");
  choice.append("span").text("show all");
  const whose = bar.append("output").attr("class", "hint");
  const figure = (title) => {
    const whole = panel.append("figure");
    whole.append("figcaption").text(title);
    const svg = whole
      .append("svg")
      .attr("role", "img")
      .attr("aria-label", `${title}, as in the table`);
    const numbers = whole.append("details");
    numbers.append("summary").text("numbers");
    return { whole, svg, numbers: numbers.append("table") };
  };
  const byHop = figure("Peers reached and QUERYs sent, by hop");
  const overTime = figure("Peers reached and QUERYs sent, over time");
  const byPeer = figure("QUERYs by peer");
  const left = byPeer.whole.append("p").attr("class", "hint");
  let census = null;

  function draw() {
    if (root.clientWidth === 0) return;
    const position = cursor.happened;
    const future = showAll.property("checked");
    const shade = (label, colour, pair) => ({ label, colour, pair });

    const hops = census.byHop(position);
    drawBars(byHop.svg, {
      future,
      rows: hops.map(({ hop, reached, queries }) => ({
        label: `hop ${hop}`,
        bars: [shade("reached", "reached", reached), shade("QUERYs", "queries", queries)],
      })),
    });
    fillTable(byHop.numbers, ["hop", "peers reached", "QUERYs"], hops, future, (one) => [
      one.hop,
      one.reached,
      one.queries,
    ]);

    drawSteps(overTime.svg, run, census, cursor.position, future);
    const sums = [{ reached: census.reached, queries: census.queries }];
    fillTable(overTime.numbers, ["peers reached", "QUERYs"], sums, future, ({ reached, queries }) =>
      [reached, queries].map((events) => [d3.bisectLeft(events, position), events.length]),
    );

    const peers = census.byPeer(position, MOST_PEERS);
    drawBars(byPeer.svg, {
      future,
      rows: peers.map(({ peer, sent, received }) => ({
        label: run.name(peer),
        bars: [shade("sent", "sent", sent), shade("received", "queries", received)],
      })),
    });
    fillTable(byPeer.numbers, ["peer", "sent", "received"], peers, future, (one) => [
      run.name(one.peer),
      one.sent,
      one.received,
    ]);
    const more = run.peers.length - peers.length;
    left.text(more > 0 ? `and ${more.toLocaleString("en")} more` : "");
  }

  view.follow(() => {
    const search = view.followed;
    census = new Census(run, search);
    whose.text(search < 0 ? "all searches" : `search ${search + 1}`);
    draw();
  });
  showAll.on("change", draw);
  cursor.follow(draw);
  new ResizeObserver(draw).observe(root);
}

/** A row for each of `data`; a number `[now, in all]` says the second only if the future is shown. */
function fillTable(table, heads, data, future, cells) {
  const said = (cell) => {
    if (!Array.isArray(cell)) return cell;
    return future ? `${cell[0]} of ${cell[1]}` : cell[0];
  };
  table
    .selectAll("thead")
    .data([heads])
    .join("thead")
    .selectAll("tr")
    .data((one) => [one])
    .join("tr")
    .selectAll("th")
    .data(heads)
    .join("th")
    .attr("scope", "col")
    .text(String);
  table
    .selectAll("tbody")
    .data([data])
    .join("tbody")
    .selectAll("tr")
    .data(data)
    .join("tr")
    .selectAll("td")
    .data(cells)
    .join("td")
    .text(said);
}
