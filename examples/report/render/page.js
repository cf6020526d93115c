'use strict';
(() => {
  const $ = (s) => document.querySelector(s);
  const all = (s) => Array.from(document.querySelectorAll(s));

  // The evidence: unpacked once, when somebody wants it.
  let packed;
  const bytes = () => packed ??= Uint8Array.from(atob($('#evidence').textContent.trim()), (c) => c.charCodeAt(0));
  let unpacked;
  const text = () => unpacked ??= new Response(new Blob([bytes()]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  let parsed;
  const evidence = () => parsed ??= text().then(JSON.parse);

  const save = $('#save');
  save.hidden = false;
  save.addEventListener('click', async () => {
    let body, name = save.dataset.file;
    try {
      body = await text();
    } catch {
      body = bytes();
      name += '.gz';
    }
    const a = document.createElement('a');
    a.href = URL.createObjectURL(new Blob([body], {type: 'application/json'}));
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 10000);
  });

  // What a span says, as a table, when its call is opened. Only text is ever set.
  const seen = (s) => s.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => '⟨U+' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '⟩');
  const row = (table, key, value) => {
    const tr = table.insertRow(), th = document.createElement('th');
    th.scope = 'row';
    th.textContent = seen(key);
    tr.append(th);
    tr.insertCell().textContent = seen(typeof value === 'string' ? value : JSON.stringify(value));
  };
  document.addEventListener('toggle', async (e) => {
    const d = e.target;
    if (!d.open || d.dataset.span === undefined || d.dataset.filled) return;
    d.dataset.filled = '1';
    const span = (await evidence()).spans[+d.dataset.span];
    const table = document.createElement('table');
    table.className = 'attrs';
    row(table, 'span', span.name);
    row(table, 'trace', span.trace_id + ' / ' + span.span_id);
    row(table, 'time', span.start + ' to ' + span.end);
    if (span.service) row(table, 'service', span.service);
    if (span.status_message) row(table, 'status', span.status_message);
    for (const k of Object.keys(span.attributes || {}).sort()) row(table, k, span.attributes[k]);
    for (const ev of span.events || []) row(table, 'event ' + ev.name, ev.attributes || {});
    d.append(table);
  }, true);

  // A link to a call opens what it lies in.
  const reveal = () => {
    const to = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!to) return;
    if (to.classList.contains('hide')) {
      form.reset();
      apply();
    }
    for (let p = to.parentElement; p; p = p.parentElement) if (p.tagName === 'DETAILS') p.open = true;
    if (!to.classList.contains('call')) return; // the browser goes there itself
    to.querySelector('summary').focus({preventScroll: true});
    // What is above gets its true height as it comes into view, and moves the rest.
    const center = () => to.scrollIntoView({block: 'center'});
    center();
    for (const ms of [50, 150, 400]) setTimeout(center, ms);
  };

  // Filtering.
  const form = $('.filter'), q = $('#q'), hits = $('#hits');
  form.hidden = !document.querySelector('.call');
  const calls = all('.call').map((li) => ({li, text: li.textContent.toLowerCase(), marked: !!li.querySelector('.chip.mark,.chip.odd')}));
  const folds = all('.turn,.fold');
  const before = new Map(folds.map((d) => [d, d.open]));
  let filtering = false;
  const apply = () => {
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const show = form.elements.show.value;
    const on = words.length > 0 || show !== '';
    if (!on && !filtering) return;
    if (!filtering) folds.forEach((d) => before.set(d, d.open));
    filtering = on;
    let n = 0;
    const with_ = new Set();
    for (const c of calls) {
      const ok = (show === '' || (show === 'marked' ? c.marked : c.li.classList.contains('v-' + show))) && words.every((w) => c.text.includes(w));
      c.li.classList.toggle('hide', !ok);
      if (!ok) continue;
      n++;
      for (let p = c.li.parentElement; p; p = p.parentElement) if (p.tagName === 'DETAILS') with_.add(p);
    }
    for (const d of folds) {
      d.classList.toggle('hide', on && !with_.has(d));
      d.open = on ? with_.has(d) : before.get(d);
    }
    hits.textContent = on ? n + ' of ' + calls.length + ' calls' : '';
  };
  let timer;
  q.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, 120); });
  form.addEventListener('change', apply);
  form.addEventListener('submit', (e) => { e.preventDefault(); apply(); });
  $('#open').addEventListener('click', () => folds.forEach((d) => { d.open = true; }));
  $('#close').addEventListener('click', () => folds.forEach((d) => { d.open = false; }));

  addEventListener('hashchange', reveal);
  reveal();
})();
