import { readFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import { homepage } from '../../rules/adapter.js'
import type { Finding, Fix, Replacement } from '../findings.js'
import { lengthOf, type Stretch, type Timeline } from '../timeline.js'
import { count } from '../words.js'
import { script, style } from './html-page.js'
import { byRule, type Format } from './report.js'

/** One page that needs nothing else: findings by file, what they gain as a picture, their code, their evidence, what would change. */
export const html: Format = ({ findings, hidden, known, run: { files, failures } }) => {
  const byPath = new Map<string, Finding[]>()
  for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding])
  const others = [...(hidden.length > 0 ? [`${hidden.length} hidden by comments`] : []), ...(known.length > 0 ? [`${known.length} in the baseline`] : []), ...(failures.length > 0 ? [`${count(failures.length, 'file')} failed`] : [])]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${count(findings.length, 'finding')} – structured-async</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${count(findings.length, 'finding')} in ${count(byPath.size, 'file')} of ${files.length}</h1>
${others.length > 0 ? `<p>${escaped(others.join(' · '))}</p>` : ''}
<form aria-label="Filter">
<fieldset><legend>Rule</legend>${byRule(findings).map(([rule, number]) => filter('rule', rule, `${rule} (${number})`)).join('')}</fieldset>
<fieldset><legend>Certainty</legend>${(['proven', 'likely'] as const).map(certainty => filter('certainty', certainty, `${certainty} (${findings.filter(finding => finding.certainty === certainty).length})`)).join('')}</fieldset>
<label>Path or text <input type="search" name="text"></label>
<output aria-live="polite"></output>
</form>
<p class="keys"><kbd>j</kbd> next, <kbd>k</kbd> previous finding</p>
</header>
<main>
${[...byPath].map(([path, inFile]) => section(path, [...inFile].sort((a, b) => a.line - b.line || a.column - b.column))).join('\n')}
</main>
<script>${script}</script>
</body>
</html>`
}

function filter(name: string, value: string, label: string): string {
  return `<label><input type="checkbox" name="${name}" value="${escaped(value)}" checked> ${escaped(label)}</label>`
}

function section(path: string, findings: readonly Finding[]): string {
  const text = textOf(path)
  return `<section><h2>${escaped(path)}</h2>\n${findings.map(finding => article(finding, text)).join('\n')}</section>`
}

function article({ path, line, column, rule, certainty, message, because, timeline, fixes, ...place }: Finding, text: string | undefined): string {
  return `<article tabindex="-1" data-rule="${escaped(rule)}" data-certainty="${certainty}">
<h3><span class="place">${line}:${column}</span> <a href="${homepage}/blob/main/docs/rules/${rule}.md">${escaped(rule)}</a> <span class="certainty ${certainty}">${certainty}</span></h3>
<p>${marked(message)}</p>
${timeline ? figure(timeline) : ''}
${text === undefined ? '' : excerpt(text, { line, column, ...place })}
${because.length > 0 ? `<details><summary>Evidence</summary><ul>${because.map(reason => `<li>${marked(reason)}</li>`).join('')}</ul></details>` : ''}
${text === undefined ? '' : fixes.map((fix, at) => `<details${at === 0 ? ' open' : ''}><summary>${marked(fix.description)}</summary>${diffOf(path, text, fix)}</details>`).join('')}
</article>`
}

/** What runs when, as bars: as it is, and as it would be. */
function figure({ steps, caption }: Timeline): string {
  const length = Math.max(lengthOf(steps, 'now'), lengthOf(steps, 'after'))
  const bar = (key: string, { start, length: own, isAlone }: Stretch): string => `<span class="bar ${key}${isAlone ? ' alone' : ''}" style="left:${percent(start / length)};width:${percent(own / length)}"></span>`
  const lane = (key: 'now' | 'after'): string => `<div class="lane"><span class="title">${key}</span>${steps.map(step => `<div class="row"><code title="line ${step.line}">${escaped(step.name)}</code><span class="track">${step[key].map(stretch => bar(key, stretch)).join('')}</span></div>`).join('')}</div>`
  return `<figure aria-label="${escaped(caption)}">${lane('now')}${lane('after')}<figcaption>${escaped(caption)}</figcaption></figure>`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`
}

function excerpt(text: string, { line, endLine }: Pick<Finding, 'line' | 'endLine' | 'column' | 'endColumn'>): string {
  const lines = text.split(/\r?\n/)
  const [from, to] = [Math.max(1, line - 2), Math.min(lines.length, endLine + 2)]
  const shown = lines.slice(from - 1, to).map((code, at) => {
    const number = from + at
    const isHere = number >= line && number <= endLine
    return `<span class="line${isHere ? ' here' : ''}"><span class="number">${number}</span>${escaped(code) || ' '}</span>`
  })
  return `<pre tabindex="0">${shown.join('\n')}</pre>`
}

function diffOf(path: string, before: string, { edits }: Fix): string {
  const patch = createTwoFilesPatch(path, path, before, applied(before, edits), undefined, undefined, { context: 2 })
  const lines = patch.split('\n').slice(4).filter(line => line !== '' && !line.startsWith('\\'))
  return `<pre tabindex="0">${lines.map(line => `<span class="line ${line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : line.startsWith('@@') ? 'hunk' : ''}">${escaped(line)}</span>`).join('\n')}</pre>`
}

function applied(text: string, edits: readonly Replacement[]): string {
  const starts = [0]
  for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(index + end.length)
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1
  return edits
    .map(edit => ({ start: offset(edit.line, edit.column), end: offset(edit.endLine, edit.endColumn), text: edit.text }))
    .sort((a, b) => b.start - a.start)
    .reduce((code, { start, end, text: inserted }) => code.slice(0, start) + inserted + code.slice(end), text)
}

/** The text of a file without its byte order mark; undefined where it has gone since it was scanned. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch {
    return undefined
  }
}

/** `code` in words. */
function marked(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
