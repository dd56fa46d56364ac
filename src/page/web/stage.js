/**
 * The stage: the overlay with everything that is on its way at the cursor. The layers draw; this
 * file puts them together, and lets one zoom, drag and pick.
 */
/* global d3 */
import { SIGNS } from "#page/answers";
import { mountCard } from "#page/card";
import { lastHop } from "#page/hopcolour";
import { layout, STAGE } from "#page/layout";
import { mountLegend } from "#page/legend";
import { middle } from "#page/overlay";
import { DatagramLayer } from "#page/stage-datagrams";
import { DotLayer } from "#page/stage-dots";
import { EchoLayer } from "#page/stage-echo";
import { LinkLayer } from "#page/stage-links";
import { PeerLayer } from "#page/stage-peers";
import { movable } from "#page/stage-hands";
import { standing } from "#page/standing";
import { unit } from "#page/tempo";
import { count } from "#page/brief";

/** The most elements that the stage draws in a frame. */
const BUDGET = 1100;

/** The most peers that are drawn each for itself; more are dots, many of them one element. */
const EACH = 300;

/** What is left for datagrams even on a full stage, and the most that can still be told apart. */
const LEAST = 40;
const MOST = 600;

/** What rings, ends and marks may take of the budget. */
const ECHOES = 200;

/** How much larger letters are in large type; the page's own are half as large again. */
const LARGE = 1.35;

/**
 * Draws the stage into `root`. What it gives lets a question be asked on it: `mark(marks)` marks
 * endpoints (a map from endpoint to `picked`, `right`, `missed` or `wrong`), `pickWith(listener)`
 * gives picks of endpoints to `listener` instead of showing their card, or no longer, with null.
 */
export function mountStage(root, context) {
  const { run, cursor, view } = context;
  const svg = d3
    .select(root)
    .append("svg")
    .attr("id", "picture")
    .attr("viewBox", `0 0 ${STAGE.width} ${STAGE.height}`)
    .attr("role", "group")
    .attr("aria-label", "The overlay, and what is on its way");
  const world = svg.append("g");
  const layer = (name) => world.append("g").attr("class", name);
  const last = lastHop(run);
  let laid = layout(run);
  const ringed = laid.rings !== null;
  const dotted = run.peers.length > EACH;
  const note = addNote(root);

  const linkLayer = new LinkLayer(layer("overlay"), run, !ringed);
  const list = dotted ? addList(root, ringed) : null;
  const dots = dotted ? new DotLayer(layer("dotted"), list, run, last) : null;
  const shown = dotted ? run.clients : d3.range(run.endpoints.length);
  const peers = new PeerLayer(layer("endpoints"), run, shown, last);
  const datagrams = new DatagramLayer(layer("datagrams"), run);
  const echoes = new EchoLayer(layer("echoes"), run, datagrams);
  const marks = layer("marks");
  const card = mountCard(root, context);
  mountLegend(root, run, last);
  const base = svg.selectAll("*").size();

  let centre = middle(run, view.followed);
  let tempo = { pace: null, unit: 1 };
  const scale = () => (view.largeType ? LARGE : 1);

  const place = () => {
    for (const one of [peers, datagrams, echoes, dots]) one?.place(laid, scale());
    linkLayer.forget();
  };
  const draw = () => {
    if (tempo.pace !== view.pace) tempo = { pace: view.pace, unit: unit(run, view.pace) };
    const { position, happened } = cursor;
    const now = standing(run, happened);
    const heard = run.heard(happened, view.followed);
    linkLayer.draw(now, laid.places);
    peers.draw(now, heard, wantedChunks(run, view.followed));
    dots?.draw(now, heard);
    const most = Math.min(Math.max(BUDGET - base - ECHOES, LEAST), MOST);
    const drawn = datagrams.draw(position, view.pace, most, view.reducedMotion);
    echoes.draw(position, view.pace, tempo.unit, heard, view.reducedMotion);
    note.textContent = thinned(drawn);
    note.hidden = drawn.drawn === drawn.flying;
    card.draw();
  };

  place();
  cursor.follow(draw);
  let large = view.largeType;
  view.follow(() => {
    const moved = ringed && middle(run, view.followed) !== centre;
    if (moved || large !== view.largeType) {
      large = view.largeType;
      centre = middle(run, view.followed);
      laid = layout(run, { search: view.followed, scale: scale() });
      place();
    }
    draw();
  });

  const hands = movable(root, svg, world, context, {
    move(one, spot) {
      laid.places[one] = spot;
      peers.move(one, spot);
      linkLayer.forget();
      draw();
    },
    placeOf: (one) => laid.places[one],
    peerAt: (x, y) => dots?.at(x, y, 8),
    card,
  });
  return {
    mark: (signs) => drawMarks(marks, signs, laid),
    pickWith: hands.pickWith,
    zoom: hands.zoom,
    closeCard: card.close,
  };
}

/** The chunks that are looked for by the client of the followed search, or by all clients. */
function wantedChunks(run, followed) {
  const clients = followed < 0 ? run.clients : [run.searches[followed].client];
  return new Set(clients.flatMap((client) => run.endpoints[client].chunks));
}

function thinned({ flying, drawn, points }) {
  const rest =
    points === 0
      ? ""
      : points < flying
        ? " as signs, others as points"
        : " as signs, all as points";
  return `${count(drawn)} of ${count(flying)} datagrams are drawn${rest}`;
}

function addNote(root) {
  const note = document.createElement("p");
  note.className = "note";
  note.dataset.thinned = "";
  root.append(note);
  return note;
}

/** Says what dots are, with room for the counts of rings. */
function addList(root, ringed) {
  const list = document.createElement("ul");
  list.className = "ring-counts";
  const hint = document.createElement("li");
  hint.textContent = ringed ? "Each peer is a dot; no links are drawn." : "Each peer is a dot.";
  list.append(hint);
  root.append(list);
  return list;
}

function drawMarks(group, signs, { places, radius }) {
  const node = group
    .selectAll("g")
    .data([...signs], ([one]) => one)
    .join((enter) => {
      const made = enter.append("g");
      made.append("circle");
      made.append("text");
      return made;
    })
    .attr("class", ([, mark]) => `mark ${mark}`)
    .attr("data-mark", ([, mark]) => mark)
    .attr("data-of", ([one]) => one)
    .attr("transform", ([one]) => `translate(${places[one].x},${places[one].y})`);
  node.select("circle").attr("r", radius + 6);
  node
    .select("text")
    .attr("x", -radius - 8)
    .attr("y", -radius * 0.6)
    .attr("font-size", Math.max(radius * 0.9, 12))
    .text(([, mark]) => SIGNS[mark]);
}
