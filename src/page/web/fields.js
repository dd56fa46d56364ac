/** A datagram's bytes: a row a field, and beside it the bytes in which each field has its colour. */
/* global d3 */
import { bytesOf, decode } from "#page/bytes";

/** So many bytes on a line. */
const LINE = 16;

/** Draws `hex` into `holder`; bytes in which it differs from `other` are marked. */
export function drawFields(holder, hex, messages, other = hex) {
  const { fields, problem } = decode(bytesOf(hex), messages);
  const differs = (offset, length) =>
    hex.slice(2 * offset, 2 * (offset + length)) !== other.slice(2 * offset, 2 * (offset + length));
  if (problem) holder.append("p").attr("class", "problem").text(`Malformed: ${problem}.`);
  const box = holder.append("div").attr("class", "bytes");

  const table = box.append("table").attr("aria-label", "Fields");
  const heads = table.append("thead").append("tr");
  heads
    .selectAll("th")
    .data(["field", "at", "bytes", "value"])
    .join("th")
    .attr("scope", "col")
    .text(String);
  const row = table
    .append("tbody")
    .selectAll("tr")
    .data(fields)
    .join("tr")
    .attr("data-field", (field) => field.name)
    .classed("differs", ({ offset, length }) => differs(offset, length));
  const label = row
    .append("th")
    .attr("scope", "row")
    .style("padding-left", (one) => `${one.depth}em`);
  label.append("span").attr("class", (_, n) => `swatch ${hue(n)}`);
  label.append("span").text((field) => field.label);
  row.append("td").text((field) => field.offset);
  row.append("td").text((field) => field.length);
  row
    .append("td")
    .attr("class", "value")
    .text((field) => field.value);

  const dump = box.append("div").attr("class", "dump").attr("role", "group").attr("tabindex", 0);
  dump.attr("aria-label", "Bytes in hexadecimal");
  const lines = Math.ceil(hex.length / 2 / LINE);
  const offsets = d3.range(lines).map((line) => (line * LINE).toString(16).padStart(4, "0"));
  dump.append("pre").attr("class", "offsets").attr("aria-hidden", "true").text(offsets.join("\n"));
  const span = dump
    .append("pre")
    .selectAll("span")
    .data(fields)
    .join("span")
    .attr("class", (_, n) => hue(n))
    .classed("differs", ({ offset, length }) => differs(offset, length))
    .attr("title", (field) => field.label)
    .text(({ offset, length }) => hexText(hex, offset, length));

  const both = [row, span];
  const light = (field) => both.forEach((some) => some.classed("lit", (one) => one === field));
  for (const some of both) {
    some.on("pointerenter", (_, field) => light(field)).on("pointerleave", () => light(null));
  }
}

/** The class that colours the field of place `n`: neighbours differ. */
function hue(n) {
  return `hue${n % 6}`;
}

/** `length` bytes from `offset`, broken into lines where the whole datagram is. */
function hexText(hex, offset, length) {
  let text = "";
  for (let place = offset; place < offset + length; place += 1) {
    const last = (place + 1) * 2 >= hex.length;
    const gap = (place + 1) % LINE === 0 ? "\n" : " ";
    text += hex.slice(2 * place, 2 * place + 2) + (last ? "" : gap);
  }
  return text;
}
