// Returns what is wrong with how the page looks: texts that are clipped, that overlap each
// other or that are too pale, and marks outside of their chart.
(() => {
  const problems = [], texts = [];
  const slack = 0.5;
  const name = e => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') || ''}"> ${JSON.stringify(e.textContent.trim().slice(0, 40))}`;
  const report = (what, e, more) => problems.length < 20 && problems.push(`${what}: ${name(e)} ${more || ''}`);
  if (document.documentElement.scrollWidth > innerWidth) problems.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`);

  const scrolling = e => {
    const box = e.closest('.scroll');
    return box && getComputedStyle(box).overflowX === 'auto' ? box : null;
  };

  // Every piece of text that is drawn, with its places.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('title, desc')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 1 || r.height < 1) continue;
      const lead = r.height * 0.15; // the box of a text is higher than its letters
      texts.push({e, scroll: scrolling(e), left: r.left, right: r.right, top: r.top + lead, bottom: r.bottom - lead});
    }
  }
  if (texts.length < 3) problems.push(`only ${texts.length} texts are drawn`);

  // Clipped by a box that hides what leaves it, or by the window. A box that scrolls shows
  // everything, by its keys too.
  for (const t of texts) {
    if (!t.scroll && (t.left < -slack || t.right > innerWidth + slack)) report('outside of the window', t.e, `${t.left} to ${t.right}`);
    for (let box = t.e; box && box !== document.body && box !== t.scroll; box = box.parentElement) {
      const style = getComputedStyle(box), r = box.getBoundingClientRect();
      if (style.display === 'inline' || style.display === 'contents' || box.namespaceURI.endsWith('svg')) continue;
      if (t.left < r.left - slack || t.right > r.right + slack) { report('leaves its box', t.e, `${t.left} to ${t.right}, box ${name(box)} ${r.left} to ${r.right}`); break; }
    }
    const plot = t.e.closest('.plot');
    if (plot) {
      const r = plot.getBoundingClientRect();
      if (t.top < r.top || t.bottom > r.bottom) report('above or below its chart', t.e, `${t.top} to ${t.bottom}, chart ${r.top} to ${r.bottom}`);
    }
  }

  // Overlapping another text.
  texts.sort((a, b) => a.top - b.top);
  for (let i = 0; i < texts.length; i++) {
    for (let k = i + 1; k < texts.length && texts[k].top < texts[i].bottom - slack; k++) {
      const a = texts[i], b = texts[k];
      if (a.e !== b.e && a.scroll === b.scroll && a.left < b.right - slack && b.left < a.right - slack && !a.e.closest('thead') && !b.e.closest('thead')) report('overlaps', a.e, `with ${name(b.e)}`);
    }
  }

  for (const use of document.querySelectorAll('.plot use, .plot .run')) {
    const r = use.getBoundingClientRect(), p = use.closest('.plot').getBoundingClientRect();
    if (r.left < p.left - slack || r.right > p.right + slack || r.top < p.top || r.bottom > p.bottom) report('a mark outside of its chart', use);
    if (use.tagName === 'use' && (r.width < 6 || r.height < 4)) report('a mark that cannot be seen', use, `${r.width} x ${r.height}`);
  }

  // Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3).
  const light = color => {
    const [r, g, b] = color.match(/[\d.]+/g).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const e of new Set(texts.map(t => t.e))) {
    let box = e;
    while (box && (box.namespaceURI.endsWith('svg') || getComputedStyle(box).backgroundColor === 'rgba(0, 0, 0, 0)')) box = box.parentElement;
    const behind = box ? getComputedStyle(box).backgroundColor : 'rgb(255, 255, 255)';
    const style = getComputedStyle(e);
    const [a, b] = [light(e.namespaceURI.endsWith('svg') ? style.fill : style.color), light(behind)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) report('too pale', e, `${((a + 0.05) / (b + 0.05)).toFixed(2)} to 1`);
  }
  return problems;
})()
