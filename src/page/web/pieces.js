/** The video that a client downloads, in pieces: its chunks in the order of ids. */
import { bytesOf, decode } from "#page/bytes";
import { firstBox } from "#page/mp4";

/**
 * The clients whose chunks are a video, each `{client, pieces}`; a piece is `{id, asked, arrived,
 * missing, bytes}`: the events with which it was asked for, came, or was given up, null for none,
 * and its bytes once they have come.
 */
export function videosOf(run) {
  return run.clients.flatMap((client) => {
    const pieces = piecesOf(run, client);
    const bytes = pieces[0]?.bytes ?? announced(run, pieces[0]?.id);
    return bytes && firstBox(bytes) === "ftyp" ? [{ client, pieces }] : [];
  });
}

function piecesOf(run, client) {
  const ids = [...run.endpoints[client].chunks].sort((one, other) => one - other);
  const pieces = new Map(
    ids.map((id) => [id, { id, asked: null, arrived: null, missing: null, bytes: null }]),
  );
  for (const { event, client: who, chunk, source } of run.logged) {
    const piece = pieces.get(chunk);
    if (who !== client || !piece) continue;
    if (source === null) piece.missing = event;
    else Object.assign(piece, { arrived: event, bytes: delivered(run, event) });
  }
  run.datagrams.born.forEach((born, datagram) => {
    const { type, ids: wanted } = run.payload(datagram);
    if (type !== "GET" || run.datagrams.from[datagram] !== client) return;
    for (const id of wanted) {
      const piece = pieces.get(id);
      if (piece && piece.asked === null) piece.asked = born;
    }
  });
  return [...pieces.values()];
}

/** The chunk in the RESPONSE whose delivery made a client write the line that `event` is. */
function delivered(run, event) {
  const delivery = run.events.cause[event];
  const datagram = delivery < 0 ? -1 : run.events.datagram[delivery];
  if (datagram < 0) return null;
  const { arrived, payload } = run.datagrams;
  const place = arrived[datagram] >= 0 ? arrived[datagram] : payload[datagram];
  return chunkOf(run, run.payloads[place]);
}

/** The chunk `id` as anybody sent it. */
function announced(run, id) {
  const payload = run.payloads.find((one) => one.type === "RESPONSE" && one.ids[0] === id);
  return payload ? chunkOf(run, payload) : null;
}

function chunkOf(run, payload) {
  const bytes = bytesOf(payload.hex);
  const chunk = decode(bytes, run.messages).fields.find((field) => field.kind === "chunk");
  return chunk ? bytes.subarray(chunk.offset, chunk.offset + chunk.length) : null;
}
