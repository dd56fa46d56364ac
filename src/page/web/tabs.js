/**
 * The tabs over the views of the run: one panel is shown at a time. A panel that nobody filled,
 * like the video of a run without one, has no tab.
 */

/** Makes the tabs work; gives `open(name)`, which shows the panel of that name. */
export function mountTabs(root) {
  const tabs = [...root.querySelectorAll("[role=tab]")].filter((tab) => {
    const filled = panel(tab).childElementCount > 0;
    if (!filled) tab.remove();
    panel(tab).hidden = true;
    return filled;
  });
  const open = (wanted) => {
    for (const tab of tabs) {
      const chosen = tab === wanted;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      panel(tab).hidden = !chosen;
    }
  };
  for (const tab of tabs) tab.addEventListener("click", () => open(tab));
  root.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = tabs.indexOf(document.activeElement);
    if (!step || here < 0) return;
    const next = tabs[(here + step + tabs.length) % tabs.length];
    open(next);
    next.focus();
    event.stopPropagation();
    event.preventDefault();
  });
  if (tabs.length > 0) open(tabs[0]);
  return {
    open(name) {
      const wanted = tabs.find((tab) => tab.getAttribute("aria-controls") === name);
      if (wanted) open(wanted);
    },
  };
}

function panel(tab) {
  return document.getElementById(tab.getAttribute("aria-controls"));
}
