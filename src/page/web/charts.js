export function mountCharts() {}
