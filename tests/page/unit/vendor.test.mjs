import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const d3 = read("src/page/web/vendor/d3.min.js");

test("d3 is the file whose version and checksum docs/page.md names", () => {
  const [, version, checksum] = read("docs/page.md").match(/d3 (\d+\.\d+\.\d+).*?`([0-9a-f]{64})`/s);
  assert.match(d3, new RegExp(`^// https://d3js.org v${version.replaceAll(".", "\\.")} `));
  assert.equal(createHash("sha256").update(d3).digest("hex"), checksum);
});

test("every message has a mark of its own", async () => {
  vm.runInThisContext(d3);
  const { markOf, outline } = await import("../../../src/page/web/marks.js");
  const { messages } = JSON.parse(read("tests/page/unit/runs/mesh.json"));
  const other = markOf(null);
  for (const { name } of messages) {
    assert.notEqual(markOf(name), other, name);
    assert.match(outline(name, 64), /^M/);
  }
  assert.equal(markOf("no such type"), other);
});
