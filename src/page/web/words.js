/** The run in words: who, when and what, as table, diagram and details say it. */
/* global d3 */

/** `0.003 s` on the run's clock; with as many places as the instant needs, three at least. */
export function clockText(time) {
  const digits = String(time).padStart(10, "0");
  const places = digits.slice(-9).replace(/0{1,6}$/, "");
  return `${digits.slice(0, -9)}.${places} s`;
}

/** How long a wait takes, in the unit that suits it: `5 s`, `10 ms`, `3 µs`. */
export function durationText(time) {
  const [unit, size] = [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ].find(([, one]) => time >= one) ?? ["ns", 1];
  return `${Number((time / size).toPrecision(3))} ${unit}`;
}

/** Who sent `datagram`: a name of the run, or an address outside it. */
export function senderName(run, datagram) {
  const from = run.datagrams.from[datagram];
  return from < 0 ? run.datagrams.fromAddress[datagram] : run.name(from);
}

/** To whom `datagram` goes: a name of the run, or an address outside it. */
export function receiverName(run, datagram) {
  const to = run.datagrams.to[datagram];
  return to < 0 ? run.datagrams.toAddress[datagram] : run.name(to);
}

/** Between whom `event` happens: `peer1 → peer3`, or the one that it happens to. */
export function whoText(run, event) {
  const datagram = run.events.datagram[event];
  if (datagram >= 0) return `${senderName(run, datagram)} → ${receiverName(run, datagram)}`;
  const who = run.events.who[event];
  return who < 0 ? "" : run.name(who);
}

/** The payload that `event` is about: that which arrived for an end, else that which was sent. */
export function payloadOf(run, event) {
  const datagram = run.events.datagram[event];
  if (datagram < 0) return null;
  const arrived = run.datagrams.arrived[datagram];
  return arrived >= 0 && run.isEnd(event) ? run.payloads[arrived] : run.payload(datagram);
}

/** What `event` says, beyond its kind and who takes part in it. */
export function messageText(run, event) {
  const said = [];
  const payload = payloadOf(run, event);
  if (payload) said.push(payload.text);
  if (run.kind(event) === "dropped") said.push(reasonText(run, run.events.datagram[event]));
  const text = run.events.text[event];
  if (text >= 0) said.push(run.texts[text]);
  const line = run.logged[lineOf(run, event)];
  if (line) said.push(`chunk ${line.chunk} ${sourceText(run, line.source)}`);
  return said.join(" · ");
}

/** Why `datagram` was dropped: `loss`, `by fault 2`. */
export function reasonText(run, datagram) {
  const reason = run.reasons[run.datagrams.reason[datagram]] ?? "";
  return reason.startsWith("fault ") ? `by ${reason}` : reason;
}

/** What became of `datagram`, once it has ended. */
export function fateText(run, datagram) {
  const end = run.datagrams.end[datagram];
  if (end < 0) return "still on its way at the end";
  const when = clockText(run.events.time[end]);
  const to = receiverName(run, datagram);
  switch (run.kind(end)) {
    case "delivered": {
      const text = run.texts[run.events.text[end]];
      return `delivered to ${to} at ${when}${text ? ` · ${text}` : ""}`;
    }
    case "dropped":
      return `dropped at ${when}: ${reasonText(run, datagram)}`;
    default:
      return `lost by the kernel, known at ${when}`;
  }
}

/** The place in the log of the line that `event` wrote; -1 for none. */
function lineOf(run, event) {
  return run.kind(event) === "logged"
    ? d3.bisector((line) => line.event).left(run.logged, event)
    : -1;
}

function sourceText(run, source) {
  if (source === null) return "missing";
  return `from ${typeof source === "number" ? run.name(source) : source}`;
}
