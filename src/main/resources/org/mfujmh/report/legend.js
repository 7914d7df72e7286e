'use strict';
/* The columns of a chart's legend, where its names in one row would be wider than the chart; otherwise undefined. */
function legendColumns(spec, width) {
  const names = [spec.encoding, ...(spec.layer ?? []).map(layer => layer.encoding)]
    .map(encoding => encoding?.color?.scale?.domain)
    .find(Array.isArray) ?? [];
  const widths = names.map(name => String(name).length * 7 + 34);
  return widths.reduce((sum, one) => sum + one, 0) <= width
    ? undefined
    : Math.max(1, Math.floor(width / Math.max(...widths)));
}
