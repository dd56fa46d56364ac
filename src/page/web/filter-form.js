/** The controls of the filter. */
/* global d3 */
import { matching, typesOf } from "#page/filter";

/** How long typing rests before the filter acts, in ms. */
const REST = 150;

/**
 * Puts them into `root`; `act` is called with the events that match, null for all.
 *
 * @returns {{count: function(number)}} says how many there are
 */
export function mountFilter(root, run, act) {
  const form = d3.select(root).append("form").attr("class", "filter");
  form.attr("aria-label", "Filter of events").on("submit", (sent) => sent.preventDefault());
  const field = (label, tag, id) => {
    const line = form.append("label").text(`${label} `);
    return line.append(tag).attr("id", id).attr("name", label);
  };

  const type = field("what", "select", "filter-type");
  const { messages, kinds } = typesOf(run);
  type.append("option").attr("value", "").text("everything");
  addOptions(type, "messages", messages);
  addOptions(type, "events", kinds);

  const endpoint = field("who", "select", "filter-endpoint");
  endpoint.append("option").attr("value", "").text("everybody");
  const outside = [run.datagrams.from, run.datagrams.to].some((ends) => ends.includes(-1));
  endpoint
    .selectAll("option.one")
    .data([...run.endpoints.keys(), ...(outside ? [-1] : [])])
    .join("option")
    .attr("value", String)
    .text((one) => run.name(one));

  const chunk = field("chunk", "input", "filter-chunk");
  chunk.attr("type", "number").attr("min", 0).attr("max", 65535).attr("placeholder", "any");
  const text = field("text", "input", "filter-text");
  text.attr("type", "search").attr("placeholder", "words");
  const count = form.append("output").attr("data-matches", "");

  const number = (value) => (value === "" ? null : Number(value));
  const apply = () =>
    act(
      matching(run, {
        type: type.property("value"),
        endpoint: number(endpoint.property("value")),
        chunk: number(chunk.property("value")),
        text: text.property("value"),
      }),
    );
  let resting = null;
  form.on("change", apply).on("input", ({ target }) => {
    clearTimeout(resting);
    resting = setTimeout(apply, target.tagName === "INPUT" ? REST : 0);
  });

  const shown = d3.format(",");
  return {
    count: (matches) => count.text(`${shown(matches)} of ${shown(run.length)} events`),
  };
}

function addOptions(select, label, names) {
  const group = select.append("optgroup").attr("label", label);
  group.selectAll("option").data(names).join("option").attr("value", String).text(String);
}
