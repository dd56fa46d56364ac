/**
 * The table of events. Of its many rows only those in sight exist: rows have one height, and an
 * empty row above and one below stand for the rest.
 */
/* global d3 */
import { mountFilter } from "#page/filter-form";
import { markOf } from "#page/marks";
import { clockText, messageText, payloadOf, whoText } from "#page/words";

const COLUMNS = ["#", "time", "what", "from → to", "message", "cause"];

/** At most so many rows exist. */
const MOST_ROWS = 40;

/** Shows it in `root`. */
export function mountTable(root, { run, cursor, selection }) {
  const panel = d3.select(root);
  /** The events that match, or null for all. */
  let events = null;
  const form = mountFilter(root, run, (matching) => {
    events = matching;
    form.count(rows());
    follow();
  });
  const nothing = panel.append("p").attr("class", "empty").text("No event matches.");
  const box = panel.append("div").attr("class", "rows").attr("tabindex", 0);
  box.attr("role", "region").attr("aria-label", "Table of events");
  const table = box.append("table").attr("aria-label", "Events");
  // Instants between milliseconds need more room.
  table.classed(
    "fine",
    run.events.time.some((time) => time % 1e6 !== 0),
  );
  const heads = table.append("thead").append("tr").attr("aria-rowindex", 1);
  heads.selectAll("th").data(COLUMNS).join("th").attr("scope", "col").text(String);
  const body = table.append("tbody");

  const rows = () => (events ? events.length : run.length);
  const eventAt = (row) => (events ? events[row] : row);
  /** The row of the last event that has happened; -1 before the first. */
  const current = () => (events ? d3.bisectLeft(events, cursor.happened) : cursor.happened) - 1;

  const go = (event) => {
    cursor.showEvent(event);
    selection.pick(event);
  };

  /** Brings the current row into sight, unless it is, and draws what is in sight. */
  function follow() {
    const { node, height, head, room } = measure();
    const top = Math.max(current(), 0) * height;
    if (top < node.scrollTop || top + height > node.scrollTop + room - head) {
      node.scrollTop = Math.max(0, top - (room - head - height) / 2);
    }
    draw();
  }

  function measure() {
    const node = box.node();
    const height = 1.75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    return { node, height, head: height, room: node.clientHeight };
  }

  function draw() {
    const { node, height, room } = measure();
    const count = rows();
    const shown = Math.min(Math.ceil(room / height) + 2, MOST_ROWS, count);
    const first = Math.max(0, Math.min(Math.floor(node.scrollTop / height) - 1, count - shown));
    const spaces = [
      { above: true, height: first * height },
      ...d3.range(first, first + shown).map((row) => ({ row, event: eventAt(row) })),
      { above: false, height: (count - first - shown) * height },
    ];
    table.attr("aria-rowcount", count + 1);
    nothing.attr("hidden", count > 0 ? "" : null);
    const now = current();
    const happened = cursor.happened;
    body
      .selectAll("tr")
      .data(spaces, (one) => one.event ?? one.above)
      .join((enter) => enter.append("tr").each(fill))
      .order()
      .filter((one) => one.event === undefined)
      .style("height", (one) => `${one.height}px`);
    body
      .selectAll("tr[data-event]")
      .attr("aria-rowindex", (one) => one.row + 2)
      .attr("aria-current", (one) => (one.row === now ? "true" : null))
      .classed("picked", (one) => one.event === selection.event)
      .classed("future", (one) => one.event >= happened)
      .select("button")
      .attr("tabindex", (one) => (one.row === Math.max(now, 0) ? 0 : -1));
  }

  /** Fills a new row; the two that stand for others stay empty. */
  function fill({ event }) {
    const row = d3.select(this);
    if (event === undefined) {
      row.attr("aria-hidden", "true").attr("class", "space");
      return;
    }
    const cause = run.events.cause[event];
    const payload = payloadOf(run, event);
    row.attr("data-event", event);
    const number = row.append("td").append("button").attr("type", "button").text(event);
    number.attr("aria-label", `Event ${event}`);
    row.append("td").text(clockText(run.events.time[event]));
    const kind = row.append("td").text(run.kind(event));
    if (payload) kind.style("--mark", markOf(payload.type).colour);
    const said = [whoText(run, event), messageText(run, event)];
    for (const text of said) row.append("td").attr("title", text).text(text);
    const last = row.append("td");
    if (cause < 0) return;
    const link = last.append("button").attr("type", "button").attr("tabindex", -1).text(cause);
    link.attr("aria-label", `Its cause, event ${cause}`).attr("data-cause", cause);
  }

  box.on("scroll", draw);
  body.on("click", ({ target }) => {
    const cause = target.closest("[data-cause]");
    if (cause) return go(Number(cause.dataset.cause));
    const row = target.closest("[data-event]");
    if (row) go(Number(row.dataset.event));
  });
  // Up and down go through what matches, where elsewhere they go through everything.
  box.on("keydown", (pressed) => {
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (!(pressed.key in steps) || rows() === 0) return;
    pressed.preventDefault();
    pressed.stopPropagation();
    const row = Math.max(0, Math.min(current() + steps[pressed.key], rows() - 1));
    go(eventAt(row));
    body.select("tr[aria-current] button").node()?.focus({ preventScroll: true });
  });

  form.count(rows());
  cursor.follow(follow);
  selection.follow(draw);
  new ResizeObserver(follow).observe(box.node());
}
