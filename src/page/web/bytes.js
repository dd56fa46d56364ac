/**
 * A datagram's bytes, field by field, as the definitions of the messages lay them out. Bytes that
 * break a definition are read as far as they go; what is wrong is said.
 */

/** How many bytes a field of each kind has, where that does not depend on the message. */
const WIDTHS = { type: 2, number: 2, count: 2, size: 2, ipv4: 4, long: 8 };

/** The bytes that `hex` writes with two digits each. */
export function bytesOf(hex) {
  const bytes = new Uint8Array(hex.length / 2);
  for (let place = 0; place < bytes.length; place += 1) {
    bytes[place] = parseInt(hex.slice(2 * place, 2 * place + 2), 16);
  }
  return bytes;
}

/**
 * Reads `bytes` by `messages`, the definitions `{number, name, fields}`.
 *
 * @returns {{message: ?string, fields: object[], problem: ?string}} the name of the message; each
 * field as `{name, label, kind, offset, length, value, depth}`, that of a message inside a message
 * being one deeper and named behind it (`query.ttl`); and what breaks the definition. Fields lie in
 * the order of the bytes and leave none out: what belongs to no field is the last, of the kind
 * `ignored`, or `unread` behind a problem.
 */
export function decode(bytes, messages) {
  const reader = new Reader(bytes, messages);
  const message = reader.message("", 0);
  reader.takeRest();
  return { message, fields: reader.fields, problem: reader.problem };
}

class Reader {
  constructor(bytes, messages) {
    this.bytes = bytes;
    this.messages = messages;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = 0;
    this.fields = [];
    this.problem = null;
  }

  get left() {
    return this.bytes.length - this.offset;
  }

  /** Reads a message; its name, or null when there is none. */
  message(prefix, depth) {
    if (this.left < 2) {
      this.problem = `too short: a message begins with 2 bytes that say its type, ${was(this.left)}`;
      return null;
    }
    const number = this.view.getUint16(this.offset);
    const definition = this.messages.find((one) => one.number === number);
    if (!definition) {
      const field = { name: "type", label: "Type", kind: "type" };
      this.#add(field, prefix, depth, 2, `${number} (no message)`);
      this.problem = `unknown type: no message has the number ${number}`;
      return null;
    }
    // How many ids, or bytes of a chunk, the field before them announces.
    let announced = 0;
    for (const field of definition.fields) {
      if (field.kind === "message") {
        const start = this.fields.length;
        this.#add(field, prefix, depth, 0, "");
        const inside = this.message(`${prefix}${field.name}.`, depth + 1);
        this.fields[start].value = inside ?? "no message";
      } else {
        announced = this.#field(field, prefix, depth, announced);
      }
      if (this.problem) break;
    }
    return definition.name;
  }

  /** Reads one field; returns what it says, for the field behind it. */
  #field(field, prefix, depth, announced) {
    const width = this.#width(field, announced);
    if (width <= this.left) {
      const value = this.#value(field.kind, width);
      this.#add(field, prefix, depth, width, value.text);
      return value.number ?? announced;
    }
    this.problem = problem(field, announced, this.left);
    const whole = field.kind === "ids" ? this.left - (this.left % 2) : this.left;
    const there = field.kind === "ids" || field.kind === "chunk" ? whole : 0;
    if (there > 0) this.#add(field, prefix, depth, there, this.#value(field.kind, there).text);
    return announced;
  }

  #width(field, announced) {
    if (field.kind === "ids") return 2 * announced;
    if (field.kind === "chunk") return announced;
    return WIDTHS[field.kind];
  }

  #value(kind, width) {
    const at = this.offset;
    switch (kind) {
      case "type": {
        const number = this.view.getUint16(at);
        const name = this.messages.find((one) => one.number === number)?.name;
        return { text: `${number} (${name})` };
      }
      case "ipv4":
        return { text: [...this.bytes.subarray(at, at + 4)].join(".") };
      case "long":
        return { text: String(this.view.getBigUint64(at)) };
      case "ids": {
        const ids = Array.from({ length: width / 2 }, (_, n) => this.view.getUint16(at + 2 * n));
        return { text: ids.length > 0 ? ids.join(", ") : "none" };
      }
      case "chunk":
        return { text: bytesText(width) };
      default: {
        const number = this.view.getUint16(at);
        return { text: String(number), number };
      }
    }
  }

  #add(field, prefix, depth, length, value) {
    const { name, label, kind } = field;
    const { offset } = this;
    this.fields.push({ name: prefix + name, label, kind, offset, length, value, depth });
    this.offset += length;
  }

  /** What no field has taken. */
  takeRest() {
    if (this.left === 0) return;
    const kind = this.problem ? "unread" : "ignored";
    const field = { name: kind, label: this.problem ? "Not read" : "Behind it", kind };
    const value = bytesText(this.left);
    this.#add(field, "", 0, this.left, this.problem ? value : `${value}, ignored`);
  }
}

/** What is wrong when a field needs more bytes than the `left` ones. */
function problem(field, announced, left) {
  if (field.kind === "ids") {
    return `count too large: it says ${announced} ids (${bytesText(2 * announced)}), ${was(left)}`;
  }
  if (field.kind === "chunk") {
    return `size too large: it says ${bytesText(announced)}, ${was(left)}`;
  }
  return `too short: ${field.label} has ${bytesText(WIDTHS[field.kind])}, ${was(left)}`;
}

function was(left) {
  return left === 1 ? "1 is left" : `${left === 0 ? "none" : left} are left`;
}

/** `1,024 bytes` */
export function bytesText(count) {
  return count === 1 ? "1 byte" : `${count.toLocaleString("en")} bytes`;
}
