export function mountCounters() {}
