/** What has just happened, in a sentence. */
import { messageText, whoText } from "#page/words";

/** The sentence for the position at which `happened` events have happened. */
export function sentence(run, happened) {
  if (happened === 0) return "Nothing has happened yet.";
  const event = happened - 1;
  const parts = [run.kind(event), whoText(run, event), messageText(run, event)];
  return `${parts.filter(Boolean).join(", ")}.`;
}
