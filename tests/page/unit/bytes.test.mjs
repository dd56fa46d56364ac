import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOf, decode } from "../../../src/page/web/bytes.js";

const field = (name, kind) => ({ name, label: name.toUpperCase(), kind });
const type = field("type", "type");
const list = [field("count", "count"), field("ids", "ids")];

/** Definitions of their own: the bytes are read by what the page is told, not by what it knows. */
const MESSAGES = [
  { number: 1, name: "LIST", fields: [type, ...list] },
  {
    number: 2,
    name: "ASK",
    fields: [type, field("ip", "ipv4"), field("ttl", "number"), ...list],
  },
  {
    number: 5,
    name: "PIECE",
    fields: [type, field("id", "number"), field("size", "size"), field("chunk", "chunk")],
  },
  {
    number: 102,
    name: "NUMBERED",
    fields: [type, field("number", "long"), field("query", "message")],
  },
];

const read = (hex) => decode(bytesOf(hex.replaceAll(" ", "")), MESSAGES);
const values = (hex) => read(hex).fields.map(({ name, value }) => `${name}=${value}`);

test("each field has its place and its value", () => {
  const { message, fields, problem } = read("0002 7f000001 0003 0002 0005 ffff");
  assert.equal(message, "ASK");
  assert.equal(problem, null);
  assert.deepEqual(
    fields.map(({ name, offset, length, value }) => [name, offset, length, value]),
    [
      ["type", 0, 2, "2 (ASK)"],
      ["ip", 2, 4, "127.0.0.1"],
      ["ttl", 6, 2, "3"],
      ["count", 8, 2, "2"],
      ["ids", 10, 4, "5, 65535"],
    ],
  );
});

test("a message inside a message is one deeper, and named behind it", () => {
  const { message, fields } = read("0066 ffffffffffffffff 0001 0001 0007");
  assert.equal(message, "NUMBERED");
  assert.deepEqual(
    fields.map(({ name, depth, value }) => [name, depth, value]),
    [
      ["type", 0, "102 (NUMBERED)"],
      ["number", 0, "18446744073709551615"],
      ["query", 0, "LIST"],
      ["query.type", 1, "1 (LIST)"],
      ["query.count", 1, "1"],
      ["query.ids", 1, "7"],
    ],
  );
});

test("an empty list and an empty chunk are there", () => {
  assert.deepEqual(values("0001 0000"), ["type=1 (LIST)", "count=0", "ids=none"]);
  assert.deepEqual(values("0005 0007 0000").slice(2), ["size=0", "chunk=0 bytes"]);
});

test("bytes behind the message are said to be ignored", () => {
  const { fields, problem } = read("0005 0007 0002 aabb 0000 00");
  assert.equal(problem, null);
  assert.deepEqual(fields.at(-1), {
    name: "ignored",
    label: "Behind it",
    kind: "ignored",
    offset: 8,
    length: 3,
    value: "3 bytes, ignored",
    depth: 0,
  });
});

test("what is malformed is read as far as it goes", () => {
  const cases = [
    ["", null, /^too short.*none are left/, []],
    ["00", null, /^too short.*1 is left/, ["unread=1 byte"]],
    ["0002 7f0000", "ASK", /^too short: IP has 4 bytes/, ["type=2 (ASK)", "unread=3 bytes"]],
    [
      "0001 0003 0005 0006 00",
      "LIST",
      /^count too large: it says 3 ids \(6 bytes\), 5 are left/,
      ["type=1 (LIST)", "count=3", "ids=5, 6", "unread=1 byte"],
    ],
    [
      "0005 0007 0400 aa",
      "PIECE",
      /^size too large: it says 1,024 bytes, 1 is left/,
      ["type=5 (PIECE)", "id=7", "size=1024", "chunk=1 byte"],
    ],
    ["0100 0001", null, /number 256$/, ["type=256 (no message)", "unread=2 bytes"]],
    [
      "0066 0000000000000001 0100",
      "NUMBERED",
      /number 256$/,
      ["type=102 (NUMBERED)", "number=1", "query=no message", "query.type=256 (no message)"],
    ],
  ];
  for (const [hex, message, problem, fields] of cases) {
    const decoded = read(hex);
    assert.equal(decoded.message, message, hex);
    assert.match(decoded.problem, problem);
    assert.deepEqual(values(hex), fields);
  }
});

test("fields follow each other without gaps, whatever the bytes are", () => {
  const whole = bytesOf("00660000000000000001" + "00027f00000100030002000500060000");
  for (let length = 0; length <= whole.length; length += 1) {
    for (let flipped = 0; flipped < length; flipped += 1) {
      const bytes = whole.slice(0, length);
      bytes[flipped] ^= 0xff;
      let offset = 0;
      for (const part of decode(bytes, MESSAGES).fields) {
        assert.equal(part.offset, offset);
        offset += part.length;
      }
      assert.equal(offset, length);
    }
  }
});
