/** The buttons of the player, its speed and its pace. */
import { SPEEDS } from "#page/tempo";

/** What the paces are called. */
const PACE_NAMES = { moments: "by moment", events: "by event", clock: "by clock" };

/** The buttons: id, what it does, its drawing on 24 × 24, and how it acts. */
const BUTTONS = [
  ["first", "To the start (Home)", "M5 5h3v14H5zM20 5v14L9 12z", (player) => player.goTo(0)],
  [
    "hop-back",
    "Back by a hop (Page Up)",
    "M12 5v14L3 12zM21 5v14l-9-7z",
    (player) => player.stepHop(-1),
  ],
  [
    "back",
    "Back by a datagram (Left)",
    "M17 5v14L8 12zM5 5h2v14H5z",
    (player) => player.stepDatagram(-1),
  ],
  ["play", "Play (Space)", "", (player) => player.toggle()],
  [
    "forward",
    "On by a datagram (Right)",
    "M7 5v14l9-7zM17 5h2v14h-2z",
    (player) => player.stepDatagram(1),
  ],
  [
    "hop-forward",
    "On by a hop (Page Down)",
    "M3 5v14l9-7zM12 5v14l9-7z",
    (player) => player.stepHop(1),
  ],
  [
    "last",
    "To the end (End)",
    "M16 5h3v14h-3zM4 5v14l11-7z",
    (player) => player.goTo(player.run.length),
  ],
];

const PLAY = "M6 4v16l14-8z";
const PAUSE = "M6 4h4v16H6zM14 4h4v16h-4z";

/** Puts the buttons into `root` and keeps them true. */
export function mountPlayer(root, { view }, player) {
  for (const [id, label, outline, act] of BUTTONS) {
    const button = document.createElement("button");
    button.type = "button";
    button.id = id;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.append(icon(outline));
    button.addEventListener("click", () => act(player));
    root.append(button);
  }
  const speed = chooser(
    root,
    "speed",
    "Speed",
    SPEEDS.map((one) => [String(one), speedName(one)]),
  );
  const pace = chooser(root, "pace", "Time", Object.entries(PACE_NAMES));
  speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
  pace.addEventListener("change", () => view.choose({ paceKind: pace.value }));
  view.follow(() => {
    pace.value = view.pace.kind;
  });
  const play = root.querySelector("#play");
  player.follow(() => {
    document.documentElement.dataset.playing = String(player.playing);
    const label = player.playing ? "Pause (Space)" : "Play (Space)";
    play.title = label;
    play.setAttribute("aria-label", label);
    play.replaceChildren(icon(player.playing ? PAUSE : PLAY));
    speed.value = String(player.speed);
  });
}

function speedName(speed) {
  const part = { 0.25: "¼", 0.5: "½" }[speed] ?? String(speed);
  return `${part}×`;
}

function icon(outline) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", outline);
  svg.append(path);
  return svg;
}

function chooser(root, id, label, options) {
  const holder = document.createElement("label");
  const select = document.createElement("select");
  select.id = id;
  for (const [value, name] of options) select.append(new Option(name, value));
  holder.append(`${label} `, select);
  root.append(holder);
  return select;
}
