/**
 * The event that is picked stands in the address of the page, as `#event=17`, so that a link opens
 * the page with that event just happened.
 */

/** Goes where the address says, and keeps it up to date. */
export function followLink({ run, cursor, selection }) {
  const open = () => {
    const event = eventOf(location.hash);
    if (event === null || event >= run.length) return;
    cursor.showEvent(event);
    selection.pick(event);
  };
  open();
  globalThis.addEventListener("hashchange", open);
  selection.follow((event) => {
    if (event === eventOf(location.hash)) return;
    history.replaceState(null, "", event === null ? "#" : `#event=${event}`);
  });
}

/** The event that a hash names, or null. */
export function eventOf(hash) {
  const digits = /^#event=(\d{1,9})$/.exec(hash);
  return digits ? Number(digits[1]) : null;
}
