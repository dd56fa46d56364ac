/** Reads the run out of the page and puts the panels together. */
import { mountCharts } from "#page/charts";
import { mountCounters } from "#page/counters";
import { Cursor } from "#page/cursor";
import { mountDetail } from "#page/detail";
import { mountDiagram } from "#page/diagram";
import { mountFindings } from "#page/findings";
import { mountHead } from "#page/head";
import { mountHelp } from "#page/help";
import { mountKeys } from "#page/keys";
import { followLink } from "#page/link";
import { Player } from "#page/player";
import { mountPlayer } from "#page/playerbar";
import { mountPredict } from "#page/predict";
import { Run } from "#page/run";
import { mountSay } from "#page/say";
import { Selection } from "#page/selection";
import { mountStage } from "#page/stage";
import { mountTable } from "#page/table";
import { mountTabs } from "#page/tabs";
import { mountTimeline } from "#page/timeline";
import { mountVideo } from "#page/video";
import { View } from "#page/view";

const at = (id) => document.getElementById(id);

const run = new Run(JSON.parse(at("run").textContent));
const cursor = new Cursor(run.length);
const selection = new Selection();
const view = new View(run.events.time);
const context = { run, cursor, selection, view };
const player = new Player(context);

cursor.follow(() => {
  document.documentElement.dataset.position = String(cursor.happened);
});

const stage = mountStage(at("stage"), context);
mountCounters(at("counters"), context);
mountDiagram(at("diagram"), context);
mountTable(at("table"), context);
mountCharts(at("charts"), context);
mountFindings(at("findings"), context);
mountVideo(at("video"), context);
mountDetail(at("detail"), context);
const tabs = mountTabs(at("tabs"));
mountHead(at("head"), context, tabs);
mountTimeline(at("controls"), context, player);
mountPlayer(at("player"), context, player);
const predict = mountPredict(at("stage"), context, player, stage);
const help = mountHelp(at("keys"), at("help"));
mountKeys(context, player, { stage, predict, help });
mountSay(at("say"), context, player);
followLink(context);
