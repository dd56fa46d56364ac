/**
 * How fast playing goes: at speed 1 a flight takes a second on the screen, as the median datagram
 * of the run goes. A wait on the run's clock is cut to a few seconds on the screen.
 */
/* global d3 */

/** The speeds that can be chosen. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32];

/** The most events a second, at speed 1, when time runs by event. */
const EVENTS = 4;

/** The longest wait between two events, in seconds on the screen at speed 1. */
const WAIT = 3;

/** How much of the scale of `pace` passes in a second at speed 1. */
export function unit(run, pace) {
  const { born, end } = run.datagrams;
  const flights = born.flatMap((event, datagram) => {
    const takes = end[datagram] < 0 ? 0 : pace.at(end[datagram] + 1) - pace.at(event + 1);
    return takes > 0 ? [takes] : [];
  });
  const median = d3.median(flights) ?? 1;
  return pace.kind === "events" ? Math.min(median, EVENTS) : median;
}

/** Where one is `seconds` after `position`, at speed 1 with `rate` a second. */
export function advance(pace, length, position, seconds, rate) {
  let left = seconds;
  let here = position;
  while (left > 0 && here < length) {
    const place = pace.at(here);
    const next = nextPlace(pace, length, here, place);
    if (next === null) return length;
    const whole = next.place - next.before;
    const fast = Math.max(rate, whole / WAIT);
    const takes = (next.place - place) / fast;
    if (takes > left) return pace.position(place + left * fast);
    left -= takes;
    here = pace.position(next.place);
  }
  return Math.min(here, length);
}

/** The first place behind `place`, and the place that lies before it; null when there is none. */
function nextPlace(pace, length, position, place) {
  const last = pace.position(place);
  const before = pace.at(Math.floor(last));
  const next = Math.floor(last) + 1;
  return next > length ? null : { place: pace.at(next), before };
}
