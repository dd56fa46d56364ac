/**
 * The way of each datagram over the stage. The two directions of a link run on different sides, and
 * what is on its way between the same two at the same time runs side by side, in lanes.
 */

/** The most lanes of a direction; what is more shares the last. */
const LANES = 6;

/**
 * How far the first lane is off the straight line, and each from the next, in units of the stage.
 */
const SIDE = 7;
const ASIDE = 9;

/** What leaves the room between a circle and a datagram at its rim. */
const RIM = 5;

/** The lane of each datagram of `run`, as an array; a lane never changes while one flies. */
export function lanes(run) {
  const { born, end, from, to } = run.datagrams;
  const busy = new Map();
  return born.map((event, datagram) => {
    const way = `${from[datagram]} ${to[datagram]}`;
    if (!busy.has(way)) busy.set(way, []);
    const ends = busy.get(way);
    let lane = ends.findIndex((until) => until < event);
    if (lane < 0) lane = Math.min(ends.length, LANES - 1);
    ends[lane] = end[datagram] < 0 ? Infinity : end[datagram];
    return lane;
  });
}

/**
 * The point of the way from `start` to `target` at part `part` of it, from the rim of one circle to
 * that of the other; `off` is how far the middle of the way is bent aside.
 */
export function pointOn(start, target, part, off) {
  const [dx, dy] = [target.x - start.x, target.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  const first = Math.min((start.rim + RIM) / length, 0.5);
  const last = Math.max(1 - (target.rim + RIM) / length, 0.5);
  const t = first + (last - first) * part;
  // A parabola through both centres whose middle is `off` to the right of the straight line.
  const aside = 4 * off * t * (1 - t);
  return {
    x: start.x + dx * t - (dy / length) * aside,
    y: start.y + dy * t + (dx / length) * aside,
  };
}

/** How far the way of lane `lane` is bent aside; one that follows no link is bent more. */
export function bend(lane, length, onLink, spread) {
  return (SIDE + lane * ASIDE) * spread + (onLink ? 0 : length * 0.08);
}
