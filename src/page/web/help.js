/** The sheet of keys. */
import { KEYS } from "#page/keys";

/** Fills the dialog `root`, which `button` opens; gives `toggle()`. */
export function mountHelp(root, button) {
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "Keys";
  const list = document.createElement("dl");
  for (const { shown, does } of KEYS) {
    const keys = document.createElement("dt");
    for (const [place, name] of shown.entries()) {
      const key = document.createElement("kbd");
      key.textContent = name;
      keys.append(...(place > 0 ? [" or "] : []), key);
    }
    const what = document.createElement("dd");
    what.textContent = does;
    list.append(keys, what);
  }
  const hints = document.createElement("p");
  hints.textContent =
    "Click a datagram for its bytes, a peer for what it did. " +
    "Drag peers, or the picture; the wheel zooms.";
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => root.close());
  root.append(title, list, hints, close);
  const toggle = () => {
    if (root.open) root.close();
    else root.showModal();
  };
  button.addEventListener("click", toggle);
  return { toggle };
}
