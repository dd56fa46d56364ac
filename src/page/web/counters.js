/** Counters that move with the cursor: a tile a type of datagram, then what became of them. */
/* global d3 */
import { markOf, outline } from "#page/marks";
import { countAt, Tally } from "#page/tally";

/** Shows them in `root`. */
export function mountCounters(root, { run, cursor }) {
  const tally = new Tally(run);
  const tiles = tilesOf(run, tally);
  const tile = d3
    .select(root)
    .append("dl")
    .attr("class", "counters")
    .selectAll("div")
    .data(tiles)
    .join("div")
    .attr("title", (one) => one.title);
  const name = tile.append("dt");
  name
    .filter((one) => one.type !== undefined)
    .append("svg")
    .attr("viewBox", "-8 -8 16 16")
    .attr("aria-hidden", "true")
    .append("path")
    .attr("d", (one) => outline(one.type, 90))
    .attr("fill", (one) => markOf(one.type).colour);
  name.append("span").text((one) => one.label);
  const number = tile.append("dd").attr("data-count", (one) => one.name);
  cursor.follow(() => number.text((one) => one.text(cursor.happened)));
}

/** What there is to count in this run. */
function tilesOf(run, tally) {
  const count = (name, label, title, events) => ({
    name,
    label,
    title,
    text: (position) => countAt(events, position),
  });
  const types = [...tally.sent]
    .filter(([, events]) => events.length > 0)
    .map(([type, events]) => ({
      ...count(type ?? "other", type ?? "no message", "sent so far", events),
      type,
    }));
  const rest = [
    {
      name: "reached",
      label: "peers reached",
      title: "peers that a HELLO or QUERY has reached",
      text: (position) => `${countAt(tally.reached, position)} of ${run.peers.length}`,
    },
    count(
      "duplicates",
      "duplicates",
      "QUERYs that reached a peer which had that search already",
      tally.duplicates,
    ),
    {
      name: "in-flight",
      label: "in flight",
      title: "datagrams on their way",
      text: (position) => countAt(tally.born, position) - countAt(tally.ended, position),
    },
    count("lost", "lost", "datagrams that did not arrive", tally.lost),
  ];
  if (tally.copies.length > 0) {
    rest.push(count("copies", "copies", "datagrams that a link has copied", tally.copies));
  }
  return [...types, ...rest];
}
