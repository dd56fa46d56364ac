export function mountDetail() {}
