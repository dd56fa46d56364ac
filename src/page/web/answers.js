/** The questions of a stop, and their answers as the run knows them. */

/** The signs of what is picked and of an answer, so that it is not told by colour alone. */
export const SIGNS = { picked: "?", right: "✓", missed: "○", wrong: "✗" };

/** The most peers among which one is asked to point at some. */
const POINTABLE = 80;

/**
 * The question of stop `number` of the stops that have a hop: `{sort, text, answer}`; `sort` is
 * `who` (the answer is a set of peers) or `many` (the answer is a number). Null when no search that
 * is followed has a hop there.
 *
 * @param {object} run the run
 * @param {{hops: {search: number, hop: number}[]}} mark the stop
 * @param {number} number which stop it is, to ask this and that by turns
 * @param {number} followed the followed search, or -1
 */
export function question(run, mark, number, followed) {
  const hops = mark.hops.filter(({ search }) => followed < 0 || search === followed);
  if (hops.length === 0) return null;
  const place =
    hops.length === 1 ? `Hop ${hops[0].hop}` : `The next hops of ${hops.length} searches`;
  if (number % 2 === 0 && run.peers.length <= POINTABLE) {
    return {
      sort: "who",
      text: `${place}: who hears it next? Click them.`,
      answer: hearers(run, hops, mark),
    };
  }
  return { sort: "many", text: `${place}: how many QUERYs?`, answer: queries(run, hops) };
}

/** The peers that hear a search for the first time by a QUERY of one of `hops`, after the stop. */
function hearers(run, hops, { position }) {
  const found = hops.flatMap(({ search, hop }) =>
    run.searches[search].reached
      .filter(([, event, at]) => at === hop && event >= Math.floor(position))
      .map(([endpoint]) => endpoint),
  );
  return new Set(found);
}

/** How many QUERYs of `hops` are sent by peers; copies that a fault makes are not counted. */
function queries(run, hops) {
  const wanted = new Set(hops.map(({ search, hop }) => `${search} ${hop}`));
  const { search, hop, copyOf } = run.datagrams;
  return search.reduce((sum, of, datagram) => {
    const type = run.type(datagram);
    const isQuery = type === "QUERY" || type === "NUMBERED_QUERY";
    const counts = isQuery && copyOf[datagram] < 0 && wanted.has(`${of} ${hop[datagram]}`);
    return counts ? sum + 1 : sum;
  }, 0);
}

/** What was right: a map from endpoint to `right`, `missed` or `wrong`. */
export function compare(picked, answer) {
  const marks = new Map();
  for (const one of answer) marks.set(one, picked.has(one) ? "right" : "missed");
  for (const one of picked) if (!answer.has(one)) marks.set(one, "wrong");
  return marks;
}
