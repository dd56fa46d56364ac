/** The overlay as a graph: its links, and how many hops each peer is from another. */

/** The links between endpoints, each once, as `[one, other]` with the lower number first. */
export function links(run) {
  const found = new Map();
  for (const [one, { neighbours }] of run.endpoints.entries()) {
    for (const other of neighbours) {
      const pair = one < other ? [one, other] : [other, one];
      found.set(pair.join(" "), pair);
    }
  }
  return [...found.values()];
}

/** The endpoint around which the overlay is seen: the contact of `search`, or of the first. */
export function middle(run, search) {
  const contact = run.searches[Math.max(search, 0)]?.contact;
  return contact ?? run.endpoints[run.clients[0]]?.contact ?? run.peers[0];
}

/** How many links each endpoint is from `start`, as an array; Infinity where none lead. */
export function distances(run, start) {
  const distance = run.endpoints.map(() => Infinity);
  if (start === undefined) return distance;
  const reach = run.endpoints.map(() => []);
  for (const [one, other] of links(run)) {
    reach[one].push(other);
    reach[other].push(one);
  }
  distance[start] = 0;
  const queue = [start];
  for (const here of queue) {
    for (const next of reach[here]) {
      if (distance[next] < Infinity) continue;
      distance[next] = distance[here] + 1;
      queue.push(next);
    }
  }
  return distance;
}
