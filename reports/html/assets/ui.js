// Conveniences only: the page is complete without this file. No address, no storage, no style attribute.
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const readings = JSON.parse(document.getElementById('plimsoll-data').textContent);

  // Closed parts are opened for print where the style sheet cannot do it, and closed again after.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = all('details:not([open])');
    opened.forEach(part => { part.open = true; });
  });
  addEventListener('afterprint', () => opened.forEach(part => { part.open = false; }));

  // A link to a part that is closed, or lies in one, opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const part = target && target.closest('details');
    if (part) {
      part.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener('hashchange', reveal);
  reveal();

  // Pointing at a figure names it as `plimsoll explain` wants it.
  document.addEventListener('pointerover', event => {
    const figure = event.target.closest && event.target.closest('[data-f]');
    if (!figure || figure.title) return;
    let place = figure.dataset.f;
    for (let outer = figure; place[0] === '.' && outer;) {
      outer = outer.parentElement && outer.parentElement.closest('[data-in]');
      if (outer) place = outer.dataset.in + place;
    }
    figure.title = `plimsoll explain '${place}'`;
  });

  // Cross-hair: the pointer or the arrow keys read a chart's values.
  all('[data-chart]').forEach(chart => {
    const series = readings[chart.dataset.chart];
    if (!series || !series.value.length) return;
    const svg = chart.querySelector('svg');
    const tip = chart.querySelector('.tip');
    const left = +chart.dataset.l * 100;
    const right = +chart.dataset.r * 100;
    const length = series.to - series.from || 1;
    let clock = series.from;
    const times = series.step.map(step => (clock += step * series.unit));
    const line = document.createElementNS(svg.namespaceURI, 'line');
    line.setAttribute('class', 'cross');
    line.setAttribute('y1', chart.dataset.y0);
    line.setAttribute('y2', chart.dataset.y1);
    svg.append(line);
    let at = times.length - 1;
    const show = index => {
      at = Math.max(0, Math.min(times.length - 1, index));
      const x = left + (right - left) * (times[at] - series.from) / length + '%';
      line.setAttribute('x1', x);
      line.setAttribute('x2', x);
      const when = new Date(times[at] * 1000).toISOString().slice(0, 16).replace('T', ' ');
      tip.textContent = `${when} UTC: ${series.value[at]} ${chart.dataset.unit}`;
    };
    svg.addEventListener('pointermove', event => {
      const box = svg.getBoundingClientRect();
      const share = ((event.clientX - box.left) / box.width * 100 - left) / (right - left);
      const time = series.from + share * length;
      let low = 0;
      let high = times.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] < time) low = middle + 1; else high = middle;
      }
      show(low);
    });
    chart.addEventListener('keydown', event => {
      const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -24, PageDown: 24, Home: -1e9, End: 1e9 };
      if (event.target === chart && event.key in steps) {
        event.preventDefault();
        show(at + steps[event.key]);
      }
    });
  });

  // Tables sort by a column; numbers by their value, the rest by their text.
  all('table[data-sort]').forEach(table => all('thead th', table).forEach(head => {
    const column = head.cellIndex;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.append(...head.childNodes);
    head.replaceChildren(button);
    let direction = head.classList.contains('r') ? -1 : 1;
    button.addEventListener('click', () => {
      const key = row => {
        const cell = row.cells[column];
        if (!cell || !cell.classList.contains('r')) return cell ? cell.textContent : '';
        const digits = cell.dataset.v || cell.textContent.replaceAll('\u202f', '');
        return digits === '' || isNaN(digits) ? cell.textContent : +digits;
      };
      const order = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0)
        : typeof a === 'number' ? -1 : 1);
      const body = table.tBodies[0];
      [...body.rows].sort((a, b) => direction * order(key(a), key(b))).forEach(row => body.append(row));
      all('thead th', table).forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      direction = -direction;
    });
  }));
})();
