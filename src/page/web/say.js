/** Says the event at the cursor to those who listen to the page, whenever it stands still. */
import { sentence } from "#page/sentence";

/** Keeps `root`, a polite live region, up to date. */
export function mountSay(root, { run, cursor }, player) {
  const say = () => {
    if (player.playing) return;
    root.textContent = sentence(run, cursor.happened);
  };
  cursor.follow(say);
  player.follow(say);
}
