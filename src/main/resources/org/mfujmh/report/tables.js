'use strict';
/* Tables that can be sorted, filtered, paged and copied. Text is only ever set as text. */
const reportData = JSON.parse(document.getElementById('report-data').textContent);

/* Formats like org.mfujmh.report.text.NumberFormat. */
function shownNumber(value, unit) {
  if (value === null || !isFinite(value)) return '-';
  if (unit === 'share') return (100 * value).toFixed(2) + ' %';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e12)) {
    return value.toExponential(3).replace(/e([+-])(\d)$/, 'e$10$2');
  }
  if (Number.isInteger(value) && unit === '') return value.toLocaleString('en-US');
  const decimals = size >= 10000 ? 0 : size >= 100 ? 1 : size >= 1 ? 3 : 5;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function made(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

class DataTable {
  static PAGE = 20;

  constructor(id, place, data) {
    this.id = id;
    this.columns = data.columns;
    this.rows = data.rows;
    this.shown = this.rows.map((row, i) => i);
    this.page = 0;
    this.sorted = { column: -1, up: true };
    this.everything = false;
    this.build(place);
    this.draw();
  }

  text(row, column) {
    const cell = this.rows[row][column];
    const head = this.columns[column];
    if (cell === null) return head.unit === 'text' ? '' : '-';
    return head.unit === 'text' ? head.texts[cell] : shownNumber(cell, head.unit);
  }

  value(row, column) {
    const cell = this.rows[row][column];
    return this.columns[column].unit === 'text' && cell !== null ? this.columns[column].texts[cell] : cell;
  }

  build(place) {
    const title = place.dataset.title;
    this.filter = made('input', { type: 'search', autocomplete: 'off', spellcheck: false });
    this.filter.addEventListener('input', () => this.select());
    this.status = made('span', { className: 'status', role: 'status' });
    this.previous = made('button', { type: 'button', textContent: 'Previous' });
    this.previous.addEventListener('click', () => this.turn(-1));
    this.next = made('button', { type: 'button', textContent: 'Next' });
    this.next.addEventListener('click', () => this.turn(1));
    const copy = made('button', { type: 'button', textContent: 'Copy as CSV' });
    copy.addEventListener('click', () => this.copy(copy));
    const tools = made('div', { className: 'tools' }, made('label', {}, 'Filter ', this.filter), copy);
    if (this.rows.length > DataTable.PAGE) tools.append(this.previous, this.next);
    tools.append(this.status);
    this.heads = this.columns.map((column, i) => {
      const button = made('button', { type: 'button', textContent: column.title });
      button.addEventListener('click', () => this.sort(i));
      return made('th', { scope: 'col', className: column.unit === 'text' ? '' : 'number', 'aria-sort': 'none' }, button);
    });
    this.body = made('tbody');
    const table = made('table', { 'aria-label': title }, made('thead', {}, made('tr', {}, ...this.heads)), this.body);
    const scroll = made('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Table: ' + title }, table);
    this.place = place;
    place.append(tools, scroll);
  }

  sort(column) {
    const up = this.sorted.column === column ? !this.sorted.up : this.columns[column].unit === 'text';
    this.sorted = { column, up };
    this.heads.forEach((head, i) =>
      head.setAttribute('aria-sort', i !== column ? 'none' : up ? 'ascending' : 'descending'));
    this.select();
  }

  /* Missing values come last, in either direction. */
  compare(a, b) {
    const { column, up } = this.sorted;
    const one = this.value(a, column);
    const other = this.value(b, column);
    if (one === null || other === null) return one === other ? a - b : one === null ? 1 : -1;
    const order = typeof one === 'string' ? one.localeCompare(other, 'en', { numeric: true }) : one - other;
    return order === 0 ? a - b : up ? order : -order;
  }

  select() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(word => word);
    this.shown = [];
    for (let row = 0; row < this.rows.length; row++) {
      const line = words.length ? this.columns.map((column, i) => this.text(row, i)).join(' ').toLowerCase() : '';
      if (words.every(word => line.includes(word))) this.shown.push(row);
    }
    if (this.sorted.column >= 0) this.shown.sort((a, b) => this.compare(a, b));
    this.page = 0;
    this.draw();
  }

  pages() {
    return Math.max(1, Math.ceil(this.shown.length / DataTable.PAGE));
  }

  turn(by) {
    this.page = Math.min(this.pages() - 1, Math.max(0, this.page + by));
    this.draw();
  }

  draw() {
    const from = this.everything ? 0 : this.page * DataTable.PAGE;
    const to = this.everything ? this.shown.length : Math.min(this.shown.length, from + DataTable.PAGE);
    const lines = this.shown.slice(from, to).map(row => made('tr', {}, ...this.columns.map((column, i) => {
      const text = this.text(row, i);
      const kind = column.unit !== 'text' ? 'number' : text.length > 60 ? 'wide' : '';
      return made('td', { className: kind, textContent: text });
    })));
    this.body.replaceChildren(...lines);
    const all = this.rows.length.toLocaleString('en-US');
    const found = this.shown.length.toLocaleString('en-US');
    this.status.textContent = (to > from ? (from + 1) + ' to ' + to + ' of ' + found : '0')
      + (this.shown.length < this.rows.length ? ' (filtered from ' + all + ')' : '');
    this.previous.disabled = from === 0;
    this.next.disabled = to >= this.shown.length;
  }

  /* RFC 4180 with the page's nine digits, of the filtered rows; cells that a spreadsheet would treat as a formula are prefixed with an apostrophe. */
  csv() {
    const quoted = text => /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    const safe = text => /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    const line = row => this.columns.map((column, i) => {
      const value = this.value(row, i);
      return value === null ? '' : quoted(typeof value === 'string' ? safe(value) : String(value));
    }).join(',');
    const head = this.columns.map(column => quoted(safe(column.title))).join(',');
    return [head, ...this.shown.map(line)].join('\r\n') + '\r\n';
  }

  async copy(button) {
    const csv = this.csv();
    try {
      await navigator.clipboard.writeText(csv);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy as CSV'; }, 1500);
    } catch (refused) {
      this.offer(csv);
    }
  }

  /* If the browser denies clipboard access: show the text, selected, for copying manually. */
  offer(csv) {
    this.place.querySelector('textarea')?.remove();
    const area = made('textarea', { readOnly: true, value: csv, 'aria-label': 'CSV to copy' });
    this.place.append(area);
    area.focus();
    area.select();
  }
}

const reportTables = {};
for (const [id, data] of Object.entries(reportData.tables)) {
  reportTables[id] = new DataTable(id, document.getElementById('table-' + id), data);
}

/* When printing, show all rows, unless there are too many. */
window.addEventListener('beforeprint', () => Object.values(reportTables).forEach(table => {
  table.everything = table.shown.length <= 400;
  table.draw();
}));
window.addEventListener('afterprint', () => Object.values(reportTables).forEach(table => {
  table.everything = false;
  table.draw();
}));
