/** The lifelines of the space-time diagram: in which order they stand, and which there is room for. */

/**
 * All endpoints by hop from `contact`, clients beside their contact, then those that no neighbour
 * leads to, then addresses where nobody is, and -1 for everybody outside where there is any.
 */
export function lifelineOrder(run, contact) {
  const { endpoints } = run;
  const clients = run.clients.filter((client) => endpoints[client].contact !== null);
  const seen = new Set();
  const order = [];
  const roots = contact === null ? run.peers : [contact, ...run.peers];
  for (const root of roots) {
    const waiting = seen.has(root) ? [] : [root];
    seen.add(root);
    for (let place = 0; place < waiting.length; place += 1) {
      const peer = waiting[place];
      order.push(...clients.filter((client) => endpoints[client].contact === peer), peer);
      for (const neighbour of endpoints[peer].neighbours) {
        if (seen.has(neighbour) || endpoints[neighbour].role !== "peer") continue;
        seen.add(neighbour);
        waiting.push(neighbour);
      }
    }
  }
  const placed = new Set(order);
  order.push(...[...endpoints.keys()].filter((endpoint) => !placed.has(endpoint)));
  const { from, to } = run.datagrams;
  if (from.includes(-1) || to.includes(-1)) order.push(-1);
  return order;
}

/**
 * Which endpoints have a lifeline when there is room for `room`: all, else the ends of the first of
 * `datagrams`, so that arrows are whole; those that take part in none are left out.
 */
export function lifelines(run, order, room, datagrams) {
  if (order.length <= room) return order;
  const { from, to } = run.datagrams;
  const chosen = new Set();
  for (const datagram of datagrams) {
    const ends = new Set([from[datagram], to[datagram]]);
    const added = [...ends].filter((end) => !chosen.has(end));
    if (chosen.size + added.length <= room) added.forEach((end) => chosen.add(end));
    if (chosen.size === room) break;
  }
  return order.filter((endpoint) => chosen.has(endpoint));
}
