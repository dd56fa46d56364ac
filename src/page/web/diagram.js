export function mountDiagram() {}
