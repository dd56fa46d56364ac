/** How chunks, counts and times are written. */

/** Ids in order, runs of them as `5-8`. */
export function ranges(ids) {
  const sorted = [...ids].sort((one, other) => one - other);
  const runs = [];
  for (const id of sorted) {
    const last = runs.at(-1);
    if (last && id === last[1] + 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs
    .map(([low, high]) => {
      if (low === high) return String(low);
      return high === low + 1 ? `${low} ${high}` : `${low}-${high}`;
    })
    .join(" ");
}

/** The chunks of a peer in at most `letters` letters: the ids, or how many they are. */
export function shortChunks(ids, letters) {
  if (ids.length === 0) return "–";
  const whole = ranges(ids);
  if (whole.length <= letters) return whole;
  return letters < 8 ? `${ids.length}` : `${ids.length} chunks`;
}

/** A whole number with its thousands apart. */
export function count(number) {
  return number.toLocaleString("en-GB");
}

/** An instant of the run's clock, given in ns, in seconds with as many digits as it has. */
export function seconds(time) {
  const places = time % 1e6 === 0 ? 3 : time % 1e3 === 0 ? 6 : 9;
  return `${(time / 1e9).toFixed(places)} s`;
}
