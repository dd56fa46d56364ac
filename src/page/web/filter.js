/** Which events one wants to see. A filter goes over all of them, so it asks each little. */
import { messageText } from "#page/words";

/**
 * The events of `run` that match, in order; null when all do.
 *
 * @param {object} wanted `type` is the name of a message, `other` for what is none, or the kind of
 * an event; `endpoint` takes part, -1 being everybody outside; `chunk` is named; each word of `text`
 * is said of it
 */
export function matching(run, wanted) {
  const conditions = [
    wanted.type !== "" && byType(run, wanted.type),
    wanted.endpoint !== null && byEndpoint(run, wanted.endpoint),
    wanted.chunk !== null && byChunk(run, wanted.chunk),
    wanted.text !== "" && byText(run, wanted.text),
  ].filter(Boolean);
  if (conditions.length === 0) return null;
  const events = [];
  for (let event = 0; event < run.length; event += 1) {
    if (conditions.every((holds) => holds(event))) events.push(event);
  }
  return events;
}

/** The names that `type` may have in this run: messages first, then kinds of events. */
export function typesOf(run) {
  const types = new Set(run.datagrams.born.map((_, datagram) => run.type(datagram) ?? "other"));
  const kinds = new Set(run.events.kind);
  return {
    messages: [...run.messages.map(({ name }) => name), "other"].filter((name) => types.has(name)),
    kinds: run.kinds.filter((_, kind) => kinds.has(kind)),
  };
}

function byType(run, type) {
  const kind = run.kinds.indexOf(type);
  if (kind >= 0) return (event) => run.events.kind[event] === kind;
  const message = type === "other" ? null : type;
  return (event) => {
    const datagram = run.events.datagram[event];
    return datagram >= 0 && run.type(datagram) === message;
  };
}

function byEndpoint(run, endpoint) {
  const { events, datagrams } = run;
  const cuts = new Set(
    run.changes
      .filter(({ peers, from, to }) => [peers, from, to].some((some) => some.includes(endpoint)))
      .map((change) => change.event),
  );
  return (event) => {
    const datagram = events.datagram[event];
    if (datagram < 0) return events.who[event] === endpoint || cuts.has(event);
    return datagrams.from[datagram] === endpoint || datagrams.to[datagram] === endpoint;
  };
}

function byChunk(run, chunk) {
  const payloads = run.payloads.map((payload) => payload.ids.includes(chunk));
  const others = [
    ...run.logged.filter((line) => line.chunk === chunk),
    ...run.changes.filter((change) => change.chunks.includes(chunk)),
  ];
  const named = new Set(others.map((one) => one.event));
  return (event) => {
    const datagram = run.events.datagram[event];
    return datagram >= 0 ? payloads[run.datagrams.payload[datagram]] : named.has(event);
  };
}

/**
 * By the words of `text`: each stands in something that is said of the event. Kinds, payloads and
 * names are few and said of many events, so each of them is looked through once a word.
 */
function byText(run, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const conditions = words.map((word) => byWord(run, word));
  return (event) => conditions.every((holds) => holds(event));
}

function byWord(run, word) {
  const has = (said) => said.toLowerCase().includes(word);
  const payloads = run.payloads.map((payload) => has(payload.text));
  const texts = run.texts.map(has);
  const reasons = run.reasons.map(has);
  const kinds = run.kinds.map(has);
  const names = run.endpoints.map((endpoint) => has(endpoint.name));
  const logged = run.logged.map((line) => line.event);
  const lines = new Set(logged.filter((event) => has(messageText(run, event))));
  const { events, datagrams } = run;
  return (event) => {
    if (kinds[events.kind[event]] || texts[events.text[event]]) return true;
    const datagram = events.datagram[event];
    if (datagram < 0) return names[events.who[event]] || lines.has(event);
    return (
      payloads[datagrams.payload[datagram]] ||
      payloads[datagrams.arrived[datagram]] ||
      reasons[datagrams.reason[datagram]] ||
      names[datagrams.from[datagram]] ||
      names[datagrams.to[datagram]] ||
      has(datagrams.fromAddress[datagram] ?? "") ||
      has(datagrams.toAddress[datagram] ?? "")
    );
  };
}
