/**
 * Makes the pictures of docs/guide/lecture.md: runs the scenarios, opens their pages, goes where the
 * lecture goes, and takes what is seen. From the top of the repository, with the program built:
 *
 *     cargo build --release && node tests/page/pictures.mjs
 *
 * `P2P_SIM` names another program. Needs what .ci/tools puts on a machine.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PROGRAM = process.env.P2P_SIM ?? "target/release/p2p-sim";
const FOLDER = "docs/guide/lecture";

/** Each picture: its scenario, and what is done before it is taken. */
const PICTURES = {
  line: { scenario: "line.toml", act: (page) => hops(page, 2).then(() => datagrams(page, 1)) },
  predict: {
    scenario: "mesh.toml",
    async act(page) {
      await page.keyboard.press("p");
      await hops(page, 2);
    },
  },
  cycles: {
    scenario: "course/cost-of-cycles.toml",
    async act(page) {
      await hops(page, 3);
      await page.locator("[role=tab][aria-controls=charts]").click();
    },
  },
  trap: { scenario: "course/trap-first.toml", act: (page) => toTheFirst(page, "duplicate") },
  loss: { scenario: "faults/lost-query-in-a-line.toml", act: (page) => toTheFirst(page, "lost") },
  video: {
    scenario: "video.toml",
    async act(page) {
      await page.keyboard.press("End");
      await page.locator("[role=tab][aria-controls=video]").click();
      await page.waitForFunction(() => document.querySelector("#video video")?.readyState >= 2);
    },
  },
};

async function hops(page, count) {
  for (let hop = 0; hop < count; hop += 1) await page.keyboard.press("PageDown");
}

async function datagrams(page, count) {
  for (let step = 0; step < count; step += 1) await page.keyboard.press("ArrowRight");
}

/** Steps on until a datagram comes to its end in this way. */
async function toTheFirst(page, state) {
  const found = page.locator(`#stage [data-datagram][data-state=${state}]`);
  for (let step = 0; step < 500 && (await found.count()) === 0; step += 1) {
    await page.keyboard.press("ArrowRight");
  }
}

const pages = mkdtempSync(path.join(tmpdir(), "p2p-sim-pictures-"));
process.env.P2P_SIM_PAGES = pages;
const { launch, open } = await import("./browser/open.mjs");

mkdirSync(FOLDER, { recursive: true });
const browser = await launch();
for (const [name, { scenario, act }] of Object.entries(PICTURES)) {
  const run = ["run", `scenarios/${scenario}`, "--quiet", "--out", path.join(pages, "runs")];
  const report = ["--report", path.join(pages, `${name}.html`)];
  const { status, stderr } = spawnSync(PROGRAM, [...run, ...report], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${PROGRAM} ${run.join(" ")}: ${stderr}`);
  const page = await open(browser, name, { colorScheme: "light" });
  await act(page);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  await page.context().close();
  console.log(`${FOLDER}/${name}.png`);
}
await browser.close();
rmSync(pages, { recursive: true });
