/**
 * Predict, then reveal: with this on, playing and stepping on stop where the QUERYs of a hop are on
 * their way, hide them, and ask what comes. The answer is shown on the stage. Going back asks
 * nothing.
 */
import { compare, question, SIGNS } from "#page/answers";

/** Lets questions be asked over the stage in `root`; gives `toggle()`, `goOn()` and `close()`. */
export function mountPredict(root, { run, cursor, view }, player, stage) {
  const button = document.getElementById("predict");
  const stops = player.marks.filter(({ hops }) => hops.length > 0);
  let on = false;
  let asked = null;
  const score = { right: 0, of: 0 };

  const box = document.createElement("form");
  box.className = "ask";
  box.hidden = true;
  const text = document.createElement("strong");
  text.setAttribute("role", "status");
  const number = document.createElement("input");
  number.type = "number";
  number.min = "0";
  number.setAttribute("aria-label", "How many QUERYs");
  const show = document.createElement("button");
  box.append(text, number, show);
  root.append(box);

  /** The first stop in (here, there] at which there is something to ask, as a position. */
  const gate = (here, there) => {
    if (asked) return here;
    const place = stops.findIndex(({ position }) => position > here && position <= there);
    if (place < 0) return null;
    for (const [ahead, stop] of stops.slice(place).entries()) {
      if (stop.position > there) return null;
      const next = question(run, stop, place + ahead, view.followed);
      if (!next) continue;
      ask(next, stop);
      return stop.position;
    }
    return null;
  };

  const ask = (next, stop) => {
    asked = { ...next, stop, picked: new Set(), shown: false };
    text.textContent = next.text;
    number.hidden = next.sort !== "many";
    number.value = "";
    number.disabled = false;
    show.textContent = "Show";
    box.hidden = false;
    document.documentElement.dataset.asking = "true";
    if (next.sort === "who") stage.pickWith(pick);
    else queueMicrotask(() => number.focus());
  };

  const pick = (one) => {
    if (asked.shown || run.endpoints[one].role !== "peer") return;
    if (!asked.picked.delete(one)) asked.picked.add(one);
    stage.mark(new Map([...asked.picked].map((picked) => [picked, "picked"])));
  };

  const reveal = () => {
    asked.shown = true;
    delete document.documentElement.dataset.asking;
    stage.pickWith(null);
    show.textContent = "Go on";
    number.disabled = true;
    if (document.activeElement === number) number.blur();
    text.textContent = asked.sort === "who" ? revealWho() : revealMany();
  };
  const revealWho = () => {
    const marks = compare(asked.picked, asked.answer);
    stage.mark(marks);
    const kinds = [...marks.values()];
    const many = (kind) => kinds.filter((one) => one === kind).length;
    count(many("missed") + many("wrong") === 0);
    if (asked.answer.size === 0) return `Nobody hears it for the first time. ${total()}`;
    const said = ["right", "missed", "wrong"].map((mark) => `${SIGNS[mark]} ${many(mark)} ${mark}`);
    return `${said.join(", ")}. ${total()}`;
  };
  const revealMany = () => {
    const right = number.value !== "" && Number(number.value) === asked.answer;
    count(right);
    return `${right ? "✓ Right" : "✗"}: ${asked.answer} QUERYs. ${total()}`;
  };
  const count = (right) => {
    score.of += 1;
    if (right) score.right += 1;
  };
  const total = () => `${score.right} of ${score.of} questions.`;

  const close = () => {
    if (!asked) return false;
    asked = null;
    box.hidden = true;
    delete document.documentElement.dataset.asking;
    stage.pickWith(null);
    stage.mark(new Map());
    return true;
  };

  /** Shows the answer, or closes it and goes on; false when nothing is asked. */
  const goOn = () => {
    if (!asked) return false;
    if (asked.shown) {
      close();
      player.play();
    } else reveal();
    return true;
  };

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    goOn();
  });
  // Whoever goes somewhere else has left the question.
  cursor.follow((position) => {
    if (asked && position !== asked.stop.position) close();
  });
  const toggle = () => {
    on = !on;
    button.setAttribute("aria-pressed", String(on));
    player.gate = on ? gate : null;
    if (!on) close();
  };
  button.addEventListener("click", toggle);
  return { toggle, goOn, close };
}
