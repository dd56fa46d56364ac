import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "./d3.mjs";

const { KEYS } = await import("../../../src/page/web/keys.js");

test("docs/page.md has every key of the page, and no other", () => {
  const page = readFileSync(new URL("../../../docs/page.md", import.meta.url), "utf8");
  const [, table] = page.split("| keys | what |\n|---|---|\n");
  const rows = table.split("\n\n")[0].split("\n");
  const names = rows.flatMap((row) => row.split(" | ")[0].replace("| ", "").split(", "));
  const told = new Set(names.map((name) => name.replaceAll("`", "").toLowerCase()));
  for (const name of KEYS.flatMap((key) => key.shown)) {
    assert.ok(told.has(name.replace("−", "-").toLowerCase()), `${name} is not told`);
  }
  const spoken = { " ": "space", PageDown: "page down", PageUp: "page up", Escape: "esc" };
  const arrows = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
  const named = (key) => ({ ...spoken, ...arrows })[key] ?? key.toLowerCase();
  const known = new Set(KEYS.flatMap(({ keys }) => keys).map(named));
  for (const name of told) assert.ok(known.has(name), `${name} does nothing`);
});
