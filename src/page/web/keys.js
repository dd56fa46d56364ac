/**
 * The keys of the page. Page Down, Page Up and the full stop are what a slide clicker sends. Keys
 * do nothing here while one types, and a key that works what has the focus does not do both.
 */
import { closeDescription, fullScreen, nextTheme } from "#page/head";

/** The keys, for the page and for its sheet of keys: `{keys, does, act}`. */
export const KEYS = [
  { keys: [" ", "."], shown: ["Space", "."], does: "play or pause", act: ({ go }) => go("toggle") },
  {
    keys: ["PageDown", "ArrowDown"],
    shown: ["Page Down", "↓"],
    does: "on by a hop",
    act: ({ go }) => go("hop"),
  },
  {
    keys: ["PageUp", "ArrowUp"],
    shown: ["Page Up", "↑"],
    does: "back by a hop",
    act: ({ player }) => player.stepHop(-1),
  },
  {
    keys: ["ArrowRight"],
    shown: ["→"],
    does: "on by a datagram",
    act: ({ player }) => player.stepDatagram(1),
  },
  {
    keys: ["ArrowLeft"],
    shown: ["←"],
    does: "back by a datagram",
    act: ({ player }) => player.stepDatagram(-1),
  },
  { keys: ["Home"], shown: ["Home"], does: "to the start", act: ({ player }) => player.goTo(0) },
  {
    keys: ["End"],
    shown: ["End"],
    does: "to the end",
    act: ({ player }) => player.goTo(player.run.length),
  },
  { keys: ["+", "="], shown: ["+"], does: "faster", act: ({ player }) => player.changeSpeed(1) },
  { keys: ["-"], shown: ["−"], does: "slower", act: ({ player }) => player.changeSpeed(-1) },
  {
    keys: ["p"],
    shown: ["p"],
    does: "stop at each hop and ask",
    act: ({ predict }) => predict.toggle(),
  },
  { keys: ["f", "F5"], shown: ["f"], does: "full screen", act: fullScreen },
  {
    keys: ["l"],
    shown: ["l"],
    does: "large type",
    act: ({ view }) => view.choose({ largeType: !view.largeType }),
  },
  {
    keys: ["t"],
    shown: ["t"],
    does: "light, dark or the system's",
    act: ({ view }) => nextTheme(view),
  },
  { keys: ["i"], shown: ["i"], does: "zoom in", act: ({ stage }) => stage.zoom.in() },
  { keys: ["o"], shown: ["o"], does: "zoom out", act: ({ stage }) => stage.zoom.out() },
  { keys: ["0"], shown: ["0"], does: "show the whole", act: ({ stage }) => stage.zoom.whole() },
  { keys: ["?", "h"], shown: ["?"], does: "this sheet", act: ({ help }) => help.toggle() },
  {
    keys: ["Escape"],
    shown: ["Esc"],
    does: "close what is open",
    act: ({ stage, predict }) => closeDescription() || stage.closeCard() || predict.close(),
  },
];

/** What has keys of its own while it has the focus: for any key, and for the space bar. */
const TYPES = "input:not([type=range]), select, textarea, [contenteditable], dialog *, video";
const PRESSES = "button, summary, a[href], [role=button], [role=tab], input[type=checkbox]";

/** What means nothing in a field for a number, and may come from a clicker. */
const PASSES = new Set([" ", "PageDown", "PageUp", "Escape"]);

/** What scrolls by itself, for keys that would. */
const SCROLLS = "[role=tabpanel] *, [role=tabpanel], #detail";
const SCROLLING = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"]);

/** Makes the keys work; `parts` are the stage, the questions and the sheet of keys. */
export function mountKeys({ view }, player, parts) {
  const go = (what) => {
    if (parts.predict.goOn()) return;
    if (what === "hop") player.stepHop(1);
    else player.toggle();
  };
  const reach = { view, player, go, ...parts };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = KEYS.find(({ keys }) => keys.includes(key));
    if (!found || isTaken(event, key)) return;
    event.preventDefault();
    found.act(reach);
  });
  // A button that was clicked does not keep the focus: the space bar is to play again.
  document.addEventListener("click", (event) => {
    if (event.detail > 0) event.target.closest?.("button, summary, [role=button], [role=tab]")?.blur();
  });
}

/** Whether `key` belongs to what has the focus. */
function isTaken(event, key) {
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (at.matches("input[type=number]")) return !PASSES.has(key);
  if (at.matches(TYPES)) return key !== "Escape";
  if (at.matches(PRESSES) && key === " ") return true;
  return SCROLLING.has(key) && at.matches(SCROLLS);
}
