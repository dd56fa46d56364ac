/**
 * How one looks at the run, apart from the instant: the pace, the search that is followed, light or
 * dark, large type, less motion. What is chosen is remembered by the browser where it allows that.
 */
import { Pace } from "#page/pace";

const STORE = "p2p-sim page";

/** What the browser remembers from page to page. */
const REMEMBERED = ["paceKind", "themeChoice", "largeType", "lessMotion"];

/** The themes that can be chosen; `auto` is the system's. */
export const THEMES = ["auto", "light", "dark"];

export class View {
  /**
   * @param {number[]} times of the events, in ns
   * @param {{media?: (query: string) => object, store?: object}} where the system's wishes and the
   *   browser's memory; those of the window unless told
   */
  constructor(times, where = {}) {
    this.#times = times;
    this.#store = where.store ?? memory();
    const media = where.media ?? ((query) => globalThis.matchMedia(query));
    this.#dark = media("(prefers-color-scheme: dark)");
    this.#still = media("(prefers-reduced-motion: reduce)");
    this.#choices = {
      paceKind: "moments",
      themeChoice: "auto",
      largeType: false,
      lessMotion: null,
      followed: -1,
      ...remembered(this.#store),
    };
    this.#pace = new Pace(times, this.#choices.paceKind);
    for (const wish of [this.#dark, this.#still]) {
      wish.addEventListener?.("change", () => this.#tell());
    }
  }

  #times;
  #store;
  #dark;
  #still;
  #choices;
  #pace;
  #listeners = [];

  /** The pace at which the run passes: a Pace. */
  get pace() {
    return this.#pace;
  }

  /** `light` or `dark`: what is to be seen. */
  get theme() {
    if (this.themeChoice !== "auto") return this.themeChoice;
    return this.#dark.matches ? "dark" : "light";
  }

  /** One of THEMES: what was chosen. */
  get themeChoice() {
    return this.#choices.themeChoice;
  }

  /** Whether letters are to be read from the last row of a lecture hall. */
  get largeType() {
    return this.#choices.largeType;
  }

  /** Whether things jump instead of gliding. */
  get reducedMotion() {
    return this.#choices.lessMotion ?? this.#still.matches;
  }

  /** The number of the search that is followed, or -1 for all. */
  get followed() {
    return this.#choices.followed;
  }

  /** Calls `listener` now and after each change. */
  follow(listener) {
    this.#listeners.push(listener);
    listener(this);
  }

  /** Makes choices: any of `paceKind`, `themeChoice`, `largeType`, `lessMotion`, `followed`. */
  choose(choices) {
    Object.assign(this.#choices, choices);
    if (this.#choices.paceKind !== this.#pace.kind) {
      this.#pace = new Pace(this.#times, this.#choices.paceKind);
    }
    remember(this.#store, this.#choices);
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener(this);
  }
}

/** The browser's memory, or nothing: a page that is opened from disk may not have one. */
function memory() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

function remembered(store) {
  try {
    const kept = JSON.parse(store.getItem(STORE));
    return Object.fromEntries(
      REMEMBERED.flatMap((name) => (name in kept ? [[name, kept[name]]] : [])),
    );
  } catch {
    return {};
  }
}

function remember(store, choices) {
  try {
    const kept = Object.fromEntries(REMEMBERED.map((name) => [name, choices[name]]));
    store.setItem(STORE, JSON.stringify(kept));
  } catch {
    // A browser that remembers nothing shows the page all the same.
  }
}
