export function mountTable() {}
