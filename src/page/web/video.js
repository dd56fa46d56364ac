export function mountVideo() {}
