/** The prize: the video that a client has put together so far. */
/* global d3 */
import { videoType } from "#page/mp4";
import { videosOf } from "#page/pieces";
import { Screen } from "#page/screen";

/** Shows it in `root`; a run whose chunks are no video leaves `root` empty. */
export function mountVideo(root, { run, cursor }) {
  const videos = videosOf(run);
  if (videos.length === 0) return;
  const panel = d3.select(root).classed("video", true);
  const bar = panel.append("div").attr("class", "bar");
  const choice = bar.append("label").text("client ").append("select").attr("id", "video-client");
  choice
    .selectAll("option")
    .data(videos)
    .join("option")
    .attr("value", (_, place) => place)
    .text(({ client }) => run.name(client));
  const sum = bar.append("output").attr("data-pieces", "");
  const strip = panel.append("ol").attr("class", "pieces").attr("aria-label", "Pieces by chunk id");
  const player = panel
    .append("video")
    .attr("controls", "")
    .attr("muted", "")
    .attr("playsinline", "");
  player.attr("aria-label", "The pieces that are there").property("muted", true);
  const screen = new Screen(player.node());
  const buttons = panel.append("div").attr("class", "bar");
  const play = buttons
    .append("button")
    .attr("type", "button")
    .attr("id", "video-play")
    .text("Play");
  play.on("click", () => screen.play());
  const save = buttons.append("a").attr("id", "video-save").text("Save the video");

  const chosen = () => videos[Number(choice.property("value"))];
  const stateOf = (piece) => {
    const past = (event) => event !== null && event < cursor.happened;
    if (past(piece.arrived)) return "arrived";
    if (past(piece.missing)) return "missing";
    return past(piece.asked) ? "asked" : "unasked";
  };
  let shown = "";

  function draw() {
    if (root.clientWidth === 0) return;
    const { client, pieces } = chosen();
    const states = pieces.map(stateOf);
    // The cursor moves much more often than a piece comes.
    const key = `${client} ${states.join()}`;
    if (key === shown) return;
    shown = key;
    const piece = strip.selectAll("li").data(pieces).join("li");
    piece.attr("data-state", (_, place) => states[place]).text(({ id }) => id);
    piece.attr("title", ({ id }, place) => `chunk ${id}: ${states[place]}`);
    const arrived = states.filter((state) => state === "arrived").length;
    const whole = arrived === pieces.length;
    sum.text(`${arrived} of ${pieces.length} pieces`);
    const end = states.findIndex((state) => state !== "arrived");
    const there = pieces.slice(0, end < 0 ? pieces.length : end).map(({ bytes }) => bytes);
    screen.show(`${client}`, there, there.length > 0 ? videoType(there[0]) : null, whole);
    // The first piece only says what the others are.
    play.property("disabled", there.length < 2).text(whole ? "Play" : "Play what is there");
    saveAs(save, whole ? there : null, run.name(client));
  }

  choice.on("change", draw);
  cursor.follow(draw);
  new ResizeObserver(draw).observe(root);
}

/** Lets `link` save `pieces` as one file; null for not yet. */
function saveAs(link, pieces, client) {
  const before = link.attr("href");
  if (before) URL.revokeObjectURL(before);
  link.attr("hidden", pieces ? null : "");
  link.attr("href", pieces ? URL.createObjectURL(new Blob(pieces, { type: "video/mp4" })) : null);
  link.attr("download", `${client}.mp4`);
}
