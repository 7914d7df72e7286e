/* Charts: Vega-Lite specifications, drawn as SVG by Vega with its interpreter instead of eval. */
const NARROW = 520;
const drawnCharts = new Map();
const darkScheme = matchMedia('(prefers-color-scheme: dark)');
const tip = made('div', { className: 'tip', role: 'tooltip', hidden: true });
document.body.append(tip);

/* Shows a tooltip's lines as text. */
function showTip(handler, event, item, value) {
  if (value === null || value === undefined || value === '') {
    tip.hidden = true;
    return;
  }
  const lines = typeof value === 'object' ? Object.entries(value) : [['', value]];
  tip.replaceChildren(made('dl', {}, ...lines.filter(([, text]) => text !== undefined && text !== null && text !== '').flatMap(([name, text]) =>
    [made('dt', { textContent: name }), made('dd', { textContent: String(text) })])));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + 'px';
  tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18) + 'px';
}

/* Nothing is fetched: all data is in the page. */
const noLoader = {
  load: () => Promise.reject(new Error('no network')),
  sanitize: () => Promise.reject(new Error('no network')),
  http: () => Promise.reject(new Error('no network')),
  file: () => Promise.reject(new Error('no network')),
};

/* On a phone, moves a row's label above its marks, across the whole width. */
function liftLabels(spec, width) {
  const label = 20;
  const y = spec.encoding.y;
  const beside = spec.encoding.yOffset?.scale.domain.length ?? 0;
  const band = beside ? spec.height.step * beside : 20;
  if (!beside) spec.height = { step: band + label };
  y.scale = { ...y.scale, paddingInner: label / (band + label), paddingOuter: label / (band + label) };
  y.axis = {
    ...y.axis, grid: false, labelAlign: 'left', labelPadding: -2, labelBaseline: 'bottom',
    labelOffset: -band / 2, labelLimit: width - 24,
  };
}

/* How far from the left edge a plot begins, and with it its legend: labels of rows stand before it, at 7 pixels a letter. */
function plotLeft(spec, labelLimit) {
  const y = spec.encoding?.y ?? spec.layer?.[0].encoding?.y;
  const rows = y?.type === 'nominal' && Array.isArray(y.scale?.domain) ? y.scale.domain : [];
  return rows.length ? Math.min(labelLimit, 7 * Math.max(...rows.map(row => String(row).length))) + 12 : 60;
}

/* Limits labels to less than half of the width, and a legend to the width that is left. */
function themed(spec, width) {
  const config = structuredClone(darkScheme.matches ? reportData.dark : reportData.light);
  const narrow = width < NARROW;
  config.axis.labelLimit = Math.round(width * (narrow ? 0.42 : 0.45));
  config.legend.labelLimit = Math.round(width * 0.8);
  const columns = legendColumns(spec, width - (narrow ? 0 : plotLeft(spec, config.axis.labelLimit)));
  if (columns) config.legend.columns = columns;
  if (narrow) {
    config.axis.labelFontSize = config.legend.labelFontSize = 11;
    config.legend.columns = Math.min(2, columns ?? 2);
  }
  return config;
}

function drawChart(chart) {
  const place = document.getElementById('chart-' + chart.id);
  const width = place.clientWidth;
  const spec = structuredClone(chart.spec);
  const config = themed(spec, width);
  if (spec.width === 'container') {
    spec.width = Math.max(120, width - 14);
    spec.autosize = { type: 'fit-x', contains: 'padding' };
  }
  if (spec.title?.limit) spec.title.limit = width - 20;
  if (width < NARROW && spec.height?.step) liftLabels(spec, width);
  const compiled = vegaLite.compile(spec, { config, logger: vega.logger(vega.Error) }).spec;
  const view = new vega.View(vega.parse(compiled, null, { ast: true }), {
    renderer: 'svg',
    loader: noLoader,
    logLevel: vega.Error,
    expr: vegaInterpreter.expressionInterpreter,
    tooltip: showTip,
  });
  drawnCharts.get(chart.id)?.view.finalize();
  /* The surrounding element has the description; Vega's own would be "Vega visualization". */
  const canvas = made('div', { 'aria-hidden': 'true' });
  place.replaceChildren(canvas);
  view.initialize(canvas).run();
  canvas.querySelector('form')?.remove();
  drawnCharts.set(chart.id, { view, width });
}

function drawAll() {
  tip.hidden = true;
  reportData.charts.forEach(drawChart);
}

/* One chart per task, so that the text is shown first. */
function drawInTurn(charts) {
  if (charts.length === 0) {
    document.documentElement.dataset.ready = 'true';
    return;
  }
  drawChart(charts[0]);
  setTimeout(() => drawInTurn(charts.slice(1)), 0);
}

drawInTurn(reportData.charts);
darkScheme.addEventListener('change', drawAll);
let resizing = 0;
window.addEventListener('resize', () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => reportData.charts
    .filter(chart => drawnCharts.get(chart.id)?.width !== document.getElementById('chart-' + chart.id).clientWidth)
    .forEach(drawChart), 120);
});
document.addEventListener('keydown', event => { if (event.key === 'Escape') tip.hidden = true; });
