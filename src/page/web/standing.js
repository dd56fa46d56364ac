/**
 * How endpoints and links stand at an instant: who is down, what is cut, who holds and has what.
 */

/**
 * What a change makes of a peer in `condition`; null when it is up. Who stands still can't be
 * started, and who is gone can't stand still.
 */
const CONDITIONS = {
  stop: () => "stopped",
  crash: () => "crashed",
  pause: (condition) => condition ?? "paused",
  start: (condition) => (condition === "paused" ? condition : null),
  resume: () => null,
};

/**
 * The standing when `happened` events have happened: `conditions` (a map from endpoint to
 * `stopped`, `crashed` or `paused`), `cut` (a set of "from to"), `chunks` (a map from a peer whose
 * chunks changed to what it holds), `logged` (a map from client to a map from chunk to whether it
 * came).
 */
export function standing(run, happened) {
  const now = { conditions: new Map(), cut: new Set(), chunks: new Map(), logged: new Map() };
  for (const change of run.changes) {
    if (change.event >= happened) break;
    apply(now, change, run);
  }
  for (const { event, client, chunk, source } of run.logged) {
    if (event >= happened) break;
    if (!now.logged.has(client)) now.logged.set(client, new Map());
    now.logged.get(client).set(chunk, source !== null);
  }
  return now;
}

function apply(now, change, run) {
  for (const peer of change.peers) {
    if (change.change in CONDITIONS) {
      const condition = CONDITIONS[change.change](now.conditions.get(peer) ?? null);
      if (condition === null) now.conditions.delete(peer);
      else now.conditions.set(peer, condition);
    } else if (change.change === "gain" || change.change === "lose") {
      const held = now.chunks.get(peer) ?? run.endpoints[peer].chunks;
      const rest = held.filter((chunk) => !change.chunks.includes(chunk));
      now.chunks.set(peer, change.change === "gain" ? [...rest, ...change.chunks] : rest);
    }
  }
  if (change.change === "heal-all") now.cut.clear();
  if (change.change !== "cut" && change.change !== "heal") return;
  for (const from of change.from) {
    for (const to of change.to) {
      turn(now.cut, from, to, change.change);
      if (change.bothWays) turn(now.cut, to, from, change.change);
    }
  }
}

function turn(cut, from, to, change) {
  if (change === "cut") cut.add(`${from} ${to}`);
  else cut.delete(`${from} ${to}`);
}
