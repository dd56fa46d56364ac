/** What the signs of the stage mean: the types of this run, the hops, and what marks an end. */
import { hopColour } from "#page/hopcolour";
import { markOf, outline } from "#page/marks";

/** What a type is called; null is what no message is. */
export function typeName(type) {
  return type ?? "no message";
}

/** Writes the legend into `root`; it can be folded away. */
export function mountLegend(root, run, last) {
  const holder = document.createElement("details");
  holder.className = "legend";
  holder.open = true;
  const summary = document.createElement("summary");
  summary.textContent = "Signs";
  holder.append(summary);
  const list = document.createElement("ul");
  holder.append(list);
  for (const type of typesOf(run)) {
    const path = `<path d="${outline(type, 90)}" fill="${markOf(type).colour}" />`;
    list.append(item(path, typeName(type)));
  }
  list.append(item('<path class="cross" d="M-5 -5L5 5M5 -5L-5 5" />', "lost"));
  list.append(item('<circle class="again" r="6" />', "duplicate"));
  list.append(item('<circle class="holds" r="6" />', "has what is wanted"));
  const hops = Array.from({ length: last + 1 }, (_, hop) => hop);
  const scale = document.createElement("li");
  scale.className = "scale";
  scale.append("hops ");
  for (const hop of hops) {
    const { fill, ink } = hopColour(hop, last);
    const box = document.createElement("span");
    box.textContent = String(hop);
    box.style.background = fill;
    box.style.color = ink;
    scale.append(box);
  }
  if (last > 0) list.append(scale);
  root.append(holder);
}

/** The types of the datagrams of `run`, in the order of the messages, what is none last. */
export function typesOf(run) {
  const present = new Set(run.datagrams.born.map((_, datagram) => run.type(datagram)));
  const known = run.messages.map(({ name }) => name).filter((name) => present.has(name));
  return present.has(null) ? [...known, null] : known;
}

/** A line of the legend; `drawing` is ours, never the run's. */
function item(drawing, words) {
  const line = document.createElement("li");
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "-8 -8 16 16");
  picture.setAttribute("aria-hidden", "true");
  picture.innerHTML = drawing;
  line.append(picture, words);
  return line;
}
