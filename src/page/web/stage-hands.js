/**
 * What hands do on the stage: zoom and move the picture, drag a peer, pick a peer or a datagram.
 */
/* global d3 */
import { STAGE } from "#page/layout";
import { receiverName, senderName } from "#page/words";

/** How far one may zoom in and out, and how much a button does. */
const RANGE = [0.5, 12];
const STEP = 1.4;

/**
 * Makes the picture movable.
 *
 * @param {HTMLElement} root the stage
 * @param {object} svg the picture: a d3 selection
 * @param {object} world what is zoomed: a d3 selection
 * @param {object} context run, cursor, selection, view
 * @param {{move: Function, placeOf: Function, peerAt: Function, card: object}} stage what a drag
 *   moves, where endpoints are, the peer at a point of hop rings, and the card of a peer
 */
export function movable(root, svg, world, { run, selection }, stage) {
  let picks = null;
  const zoom = d3
    .zoom()
    .scaleExtent(RANGE)
    .on("zoom", ({ transform }) => world.attr("transform", transform));
  svg.call(zoom).on("dblclick.zoom", null);

  const drag = d3
    .drag()
    .clickDistance(4)
    .subject((_, one) => stage.placeOf(one))
    .on("drag", (event, one) => stage.move(one, { x: event.x, y: event.y }));
  svg.selectAll("g[data-endpoint]").call(drag);

  const pickEndpoint = (one) => {
    if (picks) picks(one);
    else stage.card.show(one, stage.placeOf(one).x < STAGE.width / 2);
  };
  svg.on("click", (event) => {
    const datagram = event.target.closest("[data-datagram]");
    const endpoint = event.target.closest("[data-endpoint]");
    if (datagram) selection.pick(run.datagrams.born[Number(datagram.dataset.datagram)]);
    else if (endpoint) pickEndpoint(Number(endpoint.dataset.endpoint));
    else {
      const one = stage.peerAt(...d3.pointer(event, world.node()));
      if (one === undefined) stage.card.close();
      else pickEndpoint(one);
    }
  });
  svg.on("keydown", (event) => {
    const endpoint = event.target.closest("[data-endpoint]");
    if (!endpoint || (event.key !== "Enter" && event.key !== " ")) return;
    pickEndpoint(Number(endpoint.dataset.endpoint));
    event.preventDefault();
    event.stopPropagation();
  });
  addTip(root, svg, run);

  const zoomBy = {
    in: () => svg.call(zoom.scaleBy, STEP),
    out: () => svg.call(zoom.scaleBy, 1 / STEP),
    whole: () => svg.call(zoom.transform, d3.zoomIdentity),
  };
  addButtons(root, zoomBy);
  return {
    zoom: zoomBy,
    pickWith(listener) {
      picks = listener;
    },
  };
}

function addButtons(root, zoom) {
  const group = document.createElement("div");
  group.className = "zoom";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Zoom");
  for (const [sign, label, act] of [
    ["+", "Zoom in", zoom.in],
    ["−", "Zoom out", zoom.out],
    ["⤢", "Show the whole", zoom.whole],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    group.append(button);
  }
  root.append(group);
}

/** What a datagram under the pointer says. */
function addTip(root, svg, run) {
  const tip = document.createElement("p");
  tip.className = "tip";
  tip.hidden = true;
  root.append(tip);
  svg.on("pointermove", (event) => {
    const over = event.target.closest("[data-datagram]");
    tip.hidden = !over;
    if (!over) return;
    const datagram = Number(over.dataset.datagram);
    const way = `${senderName(run, datagram)} → ${receiverName(run, datagram)}`;
    tip.textContent = `${way}: ${run.payload(datagram).text}`;
    const box = root.getBoundingClientRect();
    const right = box.width - tip.offsetWidth - 4;
    tip.style.left = `${Math.min(event.clientX - box.left + 12, right)}px`;
    tip.style.top = `${event.clientY - box.top + 14}px`;
  });
  svg.on("pointerleave", () => {
    tip.hidden = true;
  });
}
