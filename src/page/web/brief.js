/** How chunks and counts are written where there is little room. */

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
