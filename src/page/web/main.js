/** Reads the run out of the page and puts the panels together. */
import { Cursor } from "#page/cursor";
import { Run } from "#page/run";
import { Selection } from "#page/selection";

const run = new Run(JSON.parse(document.getElementById("run").textContent));
const cursor = new Cursor(run.length);
const selection = new Selection();
