/**
 * What has been picked, closely: a datagram's life, what caused it and what it caused, and its
 * bytes field by field.
 */
/* global d3 */
import { Chain } from "#page/chain";
import { drawFields } from "#page/fields";
import { markOf, outline } from "#page/marks";
import { clockText, fateText, messageText, senderName, whoText } from "#page/words";

/** At most so many causes, and so many effects, are shown. */
const MOST = 8;

/** Shows it in `root`. */
export function mountDetail(root, { run, cursor, selection }) {
  const panel = d3.select(root).classed("detail", true);
  const chain = new Chain(run);

  const go = (event) => {
    cursor.showEvent(event);
    selection.pick(event);
  };

  function draw(event) {
    panel.selectAll("*").remove();
    if (event === null) {
      panel
        .append("p")
        .attr("class", "empty")
        .text("Pick a datagram or an event to see it closely.");
      return;
    }
    const datagram = run.events.datagram[event];
    drawTitle(event, datagram);
    const facts = panel.append("dl").attr("class", "facts");
    if (datagram < 0) drawFacts(facts, [["event", eventText(event)]]);
    else drawFacts(facts, lifeOf(event, datagram));
    drawChain(event);
    if (datagram >= 0) drawBytes(event, datagram);
    root.scrollTop = 0;
  }

  function drawTitle(event, datagram) {
    const title = panel.append("h2");
    if (datagram >= 0) {
      const type = run.type(datagram);
      const mark = title.append("svg").attr("viewBox", "-8 -8 16 16").attr("aria-hidden", "true");
      mark.append("path").attr("d", outline(type, 90)).attr("fill", markOf(type).colour);
      title.append("span").text(`${type ?? "no message"} ${whoText(run, event)}`);
    } else {
      title.append("span").text(`${run.kind(event)} ${whoText(run, event)}`);
    }
  }

  const eventText = (event) =>
    [`${event}`, clockText(run.events.time[event]), run.kind(event), messageText(run, event)]
      .filter(Boolean)
      .join(" · ");

  /** The life of `datagram`, as pairs of a name and what is said. */
  function lifeOf(event, datagram) {
    const { born, copyOf, hop, search, duplicate } = run.datagrams;
    const birth = born[datagram];
    const began = { sent: "sent by", duplicated: "copied by a link, from", outside: "came from" };
    const sender = senderName(run, datagram);
    const time = clockText(run.events.time[birth]);
    const life = [
      ["born", `${began[run.kind(birth)]} ${sender} at ${time}, event ${birth}`],
      ["fate", fateText(run, datagram)],
    ];
    if (copyOf[datagram] >= 0) life.push(["copy of", `datagram ${copyOf[datagram]}`]);
    for (const one of chain.effects(birth)) {
      const kind = run.kind(one);
      if (kind === "delayed" || kind === "corrupted") {
        life.push([kind, run.texts[run.events.text[one]]]);
      }
    }
    if (search[datagram] >= 0) {
      const twice = duplicate[datagram] ? ", a duplicate: it was known there" : "";
      life.push(["search", `${search[datagram] + 1}, hop ${hop[datagram]}${twice}`]);
    }
    const frame = datagram + 1;
    life.push(["frame", frame, `in the capture; filter frame.number == ${frame}`]);
    return life;
  }

  function drawFacts(facts, life) {
    const line = facts.selectAll("div").data(life).join("div");
    line.append("dt").text(([name]) => name);
    const said = line.append("dd");
    said.append("span").text(([, text]) => text);
    said.append("span").text(([, , more]) => (more ? ` ${more}` : ""));
    said
      .filter(([name]) => name === "frame")
      .select("span")
      .attr("data-frame", ([, frame]) => frame);
  }

  function drawChain(event) {
    const causes = chain.causes(event);
    drawLinks("caused by", causes.slice(-MOST), causes.length - MOST, "before");
    // The last of the causes is the one that made it happen.
    panel
      .selectAll(".links button")
      .filter(":last-child")
      .attr("data-cause", (one) => one);
    const brought = chain.brought(event);
    drawLinks("caused", brought.slice(0, MOST), brought.length - MOST, "more");
  }

  function drawLinks(label, events, more, word) {
    if (events.length === 0) return;
    const line = panel.append("div").attr("class", "links").attr("role", "group");
    line.attr("aria-label", label).append("span").attr("class", "label").text(label);
    if (more > 0 && word === "before") line.append("span").text(`… ${more} ${word}`);
    line
      .selectAll("button")
      .data(events)
      .join("button")
      .attr("type", "button")
      .attr("title", (one) => `${whoText(run, one)} ${messageText(run, one)}`)
      .text(linkText)
      .on("click", (_, one) => go(one));
    if (more > 0 && word !== "before") line.append("span").text(`and ${more} ${word}`);
  }

  function linkText(event) {
    const datagram = run.events.datagram[event];
    const what = datagram < 0 ? run.kind(event) : (run.type(datagram) ?? "datagram");
    return `${event} ${what} ${whoText(run, event)}`;
  }

  function drawBytes(event, datagram) {
    const arrived = run.datagrams.arrived[datagram];
    const sent = run.payload(datagram).hex;
    if (arrived < 0) return drawFields(panel.append("div"), sent, run.messages);
    const got = run.payloads[arrived].hex;
    const choice = panel.append("div").attr("class", "links").attr("role", "group");
    choice.attr("aria-label", "Which bytes").append("span").attr("class", "label").text("bytes");
    const holder = panel.append("div");
    const buttons = choice
      .selectAll("button")
      .data([false, true])
      .join("button")
      .attr("type", "button")
      .text((damaged) => (damaged ? "as they arrived" : "as they were sent"))
      .on("click", (_, damaged) => show(damaged));
    const show = (damaged) => {
      buttons.attr("aria-pressed", (one) => String(one === damaged));
      holder.selectAll("*").remove();
      drawFields(holder, damaged ? got : sent, run.messages, damaged ? sent : got);
    };
    show(run.isEnd(event));
  }

  selection.follow(draw);
}
