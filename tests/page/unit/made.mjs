/** Runs for the unit tests: kept ones, and ones that chance makes. */
import { readFileSync } from "node:fs";

/** The data of runs/NAME.json, which a test in Rust holds to what pages have. */
export function kept(name) {
  return JSON.parse(readFileSync(new URL(`runs/${name}.json`, import.meta.url), "utf8"));
}

/** Numbers from 0 to below `bound`, the same for each `seed`. */
export function chance(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** The data of a run of `length` events in which datagrams come and go by chance; some stay. */
export function madeRun(seed, length) {
  const below = chance(seed);
  const data = kept("mesh");
  const events = { time: [], cause: [], kind: [], who: [], datagram: [], text: [] };
  const datagrams = { ...data.datagrams, born: [], end: [] };
  const flying = [];
  for (let event = 0; event < length; event += 1) {
    let datagram = -1;
    const what = below(5);
    if (what < 2) {
      datagram = datagrams.born.push(event) - 1;
      datagrams.end.push(-1);
      flying.push(datagram);
    } else if (what < 4 && flying.length > 0) {
      [datagram] = flying.splice(below(flying.length), 1);
      datagrams.end[datagram] = event;
    } else if (flying.length > 0) {
      // About a datagram, but neither its beginning nor its end.
      datagram = flying[below(flying.length)];
    }
    events.time.push(event === 0 ? 0 : events.time[event - 1] + below(3) * 1_000_000);
    events.datagram.push(datagram);
  }
  return { ...data, events, datagrams, searches: [] };
}
