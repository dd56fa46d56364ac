/** Leaves some out where there are too many to be drawn. */

/** At most `most` of `all`, evenly taken. */
export function thin(all, most) {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, number) => all[Math.floor((number * all.length) / most)]);
}
