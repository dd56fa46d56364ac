import assert from "node:assert/strict";
import { test } from "node:test";

import { Cursor } from "../../../src/page/web/cursor.js";
import { Selection } from "../../../src/page/web/selection.js";

test("the cursor stays within the run and tells of moves only", () => {
  const cursor = new Cursor(10);
  const told = [];
  cursor.follow((position) => told.push(position));
  for (const position of [3, 3, 2.5, -1, 99, Infinity]) cursor.moveTo(position);
  assert.deepEqual(told, [0, 3, 2.5, 0, 10]);
});

test("a fraction has not happened yet", () => {
  const cursor = new Cursor(10);
  cursor.moveTo(4.9);
  assert.equal(cursor.happened, 4);
  cursor.showEvent(4);
  assert.equal(cursor.happened, 5);
});

test("a run without events has one position", () => {
  const cursor = new Cursor(0);
  cursor.moveTo(1);
  assert.equal(cursor.position, 0);
});

test("who follows late is told at once, and all are told the same", () => {
  const cursor = new Cursor(10);
  cursor.moveTo(7);
  const told = [[], []];
  for (const list of told) cursor.follow((position) => list.push(position));
  cursor.moveTo(8);
  assert.deepEqual(told, [[7, 8], [7, 8]]);
});

test("a pick is told once, and can be taken back", () => {
  const selection = new Selection();
  const told = [];
  selection.follow((event) => told.push(event));
  for (const event of [5, 5, 0, null]) selection.pick(event);
  assert.deepEqual(told, [null, 5, 0, null]);
});
