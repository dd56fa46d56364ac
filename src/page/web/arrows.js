/** The arrows of the space-time diagram: each datagram as far as it has come. */
import { FATE } from "#page/run";

/** Which part of the way a lost datagram is drawn: where on the way it died is not known. */
const DIED = 0.5;

/**
 * How `datagram` is drawn when `position` is shown: its state, the moments and the parts of the way
 * at which its arrow begins and ends.
 */
export function arrowOf(run, moments, datagram, position) {
  const { born, end, fate, duplicate } = run.datagrams;
  const begun = moments.of(born[datagram]);
  const now = moments.at(position);
  const last = end[datagram];
  const ended = last >= 0 && last < position;
  const lost = fate[datagram] !== FATE.delivered && ended;
  const stretch = last < 0 ? 2 : moments.of(last) - begun;
  const most = fate[datagram] === FATE.delivered ? 1 : DIED;
  const part = stretch > 0 ? Math.min((now - begun) / stretch, 1) : 0;
  return {
    datagram,
    state: stateOf(run, last, ended, lost, position),
    begun,
    until: ended ? moments.of(last) : Math.min(now, begun + stretch),
    part: ended ? most : Math.max(0, part * most),
    duplicate: ended && duplicate[datagram] === 1,
  };
}

/** How `datagram` will be drawn when all of it has happened. */
export function futureArrowOf(run, moments, datagram) {
  return { ...arrowOf(run, moments, datagram, run.length), state: "future", duplicate: false };
}

function stateOf(run, last, ended, lost, position) {
  if (lost) return "lost";
  if (ended) return "delivered";
  return last < 0 && position >= run.length ? "in-flight-at-end" : "flying";
}

/** How far the point `[x, y]` is from the line between two others. */
export function distance([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const part = length > 0 ? Math.max(0, Math.min(((x - x1) * dx + (y - y1) * dy) / length, 1)) : 0;
  return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
}
