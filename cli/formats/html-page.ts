/** How the page looks: in dark and light, on a phone and on a desk. */
export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1d2330; --soft: #5b6475; --line: #d9dee8; --card: #f6f8fb; --now: #c2552d; --after: #1f7a5c; --here: #fff1c9; --added: #dcf5e4; --removed: #fde2de }
@media (prefers-color-scheme: dark) { :root { --back: #12151c; --text: #e4e8f0; --soft: #9aa4b6; --line: #2c3342; --card: #1a1f2a; --now: #f08a5d; --after: #4fc79a; --here: #3d3618; --added: #163a2b; --removed: #45211d } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: .5rem 0 } h2 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 2rem 0 .5rem; overflow-wrap: anywhere } h3 { font-size: 1rem; margin: 0 }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end } fieldset { border: 1px solid var(--line); border-radius: .5rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem }
input[type=search] { font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--back); color: var(--text); max-width: 100% }
.keys, figcaption, legend, output { color: var(--soft); font-size: .875rem } kbd { border: 1px solid var(--line); border-radius: .25rem; padding: 0 .35rem }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; margin: .75rem 0 } article:focus { outline: 3px solid var(--after) }
p { margin: .5rem 0; overflow-wrap: anywhere } a { color: inherit } .place { font-family: ui-monospace, monospace; color: var(--soft) }
.certainty { font-size: .75rem; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; color: var(--after) } .certainty.likely { color: var(--now) }
code, pre { font: .875rem/1.5 ui-monospace, monospace } pre { overflow-x: auto; margin: .5rem 0; padding: .5rem 0; background: var(--back); border: 1px solid var(--line); border-radius: .4rem }
.line { display: inline-block; min-width: 100%; padding: 0 .75rem; white-space: pre } .number { display: inline-block; width: 3.5em; color: var(--soft); user-select: none } .here { background: var(--here) } .added { background: var(--added) } .removed { background: var(--removed) } .hunk { color: var(--soft) }
summary { cursor: pointer; margin: .35rem 0 }
figure { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem 1.5rem; margin: .75rem 0 } figcaption { grid-column: 1 / -1 } .title { color: var(--soft); font-size: .875rem }
.row { display: grid; grid-template-columns: minmax(4rem, 10rem) 1fr; gap: .5rem; align-items: center; margin: 2px 0 } .row code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .track { position: relative; height: 1rem; border-left: 1px solid var(--line) } .bar { position: absolute; inset-block: 0; border-radius: .25rem; color: var(--after) } .bar.now { color: var(--now) } .bar { background: currentColor } .bar.alone { border: 1px solid currentColor; background: repeating-linear-gradient(45deg, currentColor 0 3px, transparent 3px 8px) }
@media (max-width: 40rem) { figure { grid-template-columns: minmax(0, 1fr) } }
[hidden] { display: none }
`

/** Filters, and keys that go from finding to finding. Without it the page shows everything. */
export const script = `
const form = document.querySelector('form'), articles = [...document.querySelectorAll('article')];
const apply = () => {
  const data = new FormData(form), text = String(data.get('text')).toLowerCase();
  for (const article of articles) article.hidden = !(data.getAll('rule').includes(article.dataset.rule) && data.getAll('certainty').includes(article.dataset.certainty) && (article.textContent + article.closest('section').firstChild.textContent).toLowerCase().includes(text));
  for (const section of document.querySelectorAll('section')) section.hidden = [...section.querySelectorAll('article')].every(article => article.hidden);
  form.querySelector('output').textContent = articles.filter(article => !article.hidden).length + ' shown';
};
form.addEventListener('input', apply);
form.addEventListener('submit', event => event.preventDefault());
document.addEventListener('keydown', event => {
  if ((event.key !== 'j' && event.key !== 'k') || event.target.type === 'search' || event.ctrlKey || event.metaKey || event.altKey) return;
  const shown = articles.filter(article => !article.hidden), at = shown.indexOf(document.activeElement?.closest('article'));
  const next = shown[event.key === 'j' ? at + 1 : Math.max(0, at - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
});
apply();
`
