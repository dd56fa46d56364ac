/** The card of an endpoint that was picked on the stage: who it is and what it did so far. */
import { count, ranges } from "#page/brief";

/** Adds the card to `root`, closed; gives `show(endpoint, onLeft)`, which
 * leaves that side of the stage free, `close()` and `draw()`. */
export function mountCard(root, { run, cursor, view }) {
  const card = document.createElement("div");
  card.className = "card";
  card.hidden = true;
  card.setAttribute("role", "region");
  card.setAttribute("aria-label", "The endpoint that was picked");
  root.append(card);
  let shown = null;

  const close = () => {
    const was = shown !== null;
    shown = null;
    card.hidden = true;
    return was;
  };
  const draw = () => {
    if (shown === null) return;
    const heading = document.createElement("h2");
    heading.textContent = run.name(shown);
    const lines = document.createElement("dl");
    for (const [term, text] of facts(run, shown, cursor.happened, view.followed)) {
      const name = document.createElement("dt");
      const value = document.createElement("dd");
      name.textContent = term;
      value.textContent = text;
      lines.append(name, value);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", "Close");
    button.addEventListener("click", close);
    card.replaceChildren(heading, button, lines);
  };
  return {
    show(endpoint, onLeft) {
      shown = endpoint;
      card.classList.toggle("aside", onLeft);
      card.hidden = false;
      draw();
      chooseInTable(endpoint);
    },
    close,
    draw,
  };
}

/** Shows the events of `endpoint` in the table, when it offers that. */
function chooseInTable(endpoint) {
  const filter = document.getElementById("filter-endpoint");
  const value = String(endpoint);
  if (![...(filter?.options ?? [])].some((option) => option.value === value)) return;
  filter.value = value;
  filter.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What there is to say of `endpoint` when `happened` events have happened. */
function facts(run, endpoint, happened, followed) {
  const { role, address, chunks, neighbours, contact } = run.endpoints[endpoint];
  const said = [["address", address]];
  const ids = chunks.length === 0 ? "none" : ranges(chunks);
  said.push([role === "client" ? "wants" : "chunks", ids]);
  if (neighbours.length > 0) {
    said.push(["neighbours", neighbours.map((one) => run.name(one)).join(", ")]);
  }
  if (contact !== null) said.push(["contact", run.name(contact)]);
  const heard = run.heard(happened, followed).get(endpoint);
  if (role === "peer") said.push(["heard", heard ? `at hop ${heard.hop}` : "not yet"]);
  said.push(["sent", counted(run, happened, (event) => run.kind(event) === "sent", endpoint)]);
  said.push([
    "received",
    counted(run, happened, (event) => run.kind(event) === "delivered", endpoint),
  ]);
  return said;
}

/** How many datagrams of each type the events of `endpoint` that are `counts` were about. */
function counted(run, happened, counts, endpoint) {
  const types = new Map();
  for (let event = 0; event < happened; event += 1) {
    if (run.events.who[event] !== endpoint || !counts(event)) continue;
    const type = run.type(run.events.datagram[event]) ?? "other";
    types.set(type, (types.get(type) ?? 0) + 1);
  }
  const parts = [...types].map(([type, many]) => `${count(many)} ${type}`);
  return parts.length === 0 ? "nothing yet" : parts.join(", ");
}
