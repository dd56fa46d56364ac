export function mountFindings() {}
