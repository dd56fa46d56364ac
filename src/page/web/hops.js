/**
 * The stops of a step by hop: the start, each HELLO on its way, all QUERYs of a hop on their way,
 * the GETs and the chunks on their way, the end. Searches that run side by side share a stop when
 * their hop lands at the same instant.
 */
import { FATE } from "#page/run";

/** How far behind the last event before a stop one stands: what is on its way is seen half-way. */
const HALF_WAY = 0.5;

/**
 * The stops of `run`, in order: `{position, label, hops}`; `hops` says whose hops of QUERYs they
 * are, as `{search, hop}`.
 */
export function hopMarks(run) {
  const marks = new Map();
  for (const { datagram, label, search, hop } of firstLandings(run)) {
    const position = beforeLanding(run, datagram) + HALF_WAY;
    if (!marks.has(position)) marks.set(position, { position, labels: new Set(), hops: [] });
    const mark = marks.get(position);
    mark.labels.add(label);
    if (hop !== null) mark.hops.push({ search, hop });
  }
  const between = [...marks.values()].sort((one, other) => one.position - other.position);
  return [
    { position: 0, label: "start", hops: [] },
    ...between.map(({ position, labels, hops }) => ({
      position,
      label: [...labels].join(", "),
      hops,
    })),
    { position: run.length, label: "end", hops: [] },
  ];
}

/** The first to land of each sort of datagrams that has a stop; the first to be lost, where none
 * lands. */
function firstLandings(run) {
  const { end, fate } = run.datagrams;
  const first = new Map();
  for (const [datagram, ends] of end.entries()) {
    const sort = ends < 0 ? null : sortOf(run, datagram);
    if (!sort) continue;
    const lost = fate[datagram] !== FATE.delivered;
    const before = first.get(sort.key);
    if (!before || (lost === before.lost ? ends < end[before.datagram] : before.lost)) {
      first.set(sort.key, { ...sort, datagram, lost });
    }
  }
  return first.values();
}

/** What a datagram may be the first of, or null. */
function sortOf(run, datagram) {
  const search = run.datagrams.search[datagram];
  const hop = run.datagrams.hop[datagram];
  switch (run.type(datagram)) {
    case "HELLO":
      return search < 0 ? null : { key: `HELLO ${search}`, label: "HELLO", search, hop: null };
    case "QUERY":
    case "NUMBERED_QUERY":
      return hop < 1 ? null : { key: `QUERY ${search} ${hop}`, label: `hop ${hop}`, search, hop };
    case "GET":
      return { key: `GET ${run.datagrams.from[datagram]}`, label: "GETs", search, hop: null };
    case "RESPONSE":
      return { key: `RESPONSE ${run.datagrams.to[datagram]}`, label: "chunks", search, hop: null };
    default:
      return null;
  }
}

/**
 * The position at which `datagram` and those that land with it are still on their way: before the
 * first event of its instant, but not before it was sent.
 */
function beforeLanding(run, datagram) {
  const { time } = run.events;
  const end = run.datagrams.end[datagram];
  let position = end;
  while (position - 1 > run.datagrams.born[datagram] && time[position - 1] === time[end]) {
    position -= 1;
  }
  return position;
}

/** The last stop at or before `position`. */
export function markAt(marks, position) {
  return marks.findLast((mark) => mark.position <= position) ?? marks[0];
}
