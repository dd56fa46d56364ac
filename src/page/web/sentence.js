/** What has just happened, in a sentence. */

/** The sentence for the position at which `happened` events have happened. */
export function sentence(run, happened) {
  if (happened === 0) return "Nothing has happened yet.";
  const event = happened - 1;
  const datagram = run.events.datagram[event];
  const text = run.texts[run.events.text[event]];
  const who = run.events.who[event];
  const name = who < 0 ? "" : run.name(who);
  const kind = run.kind(event);
  const further = text ? `: ${text}` : "";
  if (datagram < 0) return `${[name, kind].filter(Boolean).join(" ")}${further}`;
  const { from, to } = run.datagrams;
  const way = `from ${run.name(from[datagram])} to ${run.name(to[datagram])}`;
  return `${kind} ${run.payload(datagram).text} ${way}${further}`;
}
