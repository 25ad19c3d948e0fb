import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { findFiles } from '../dist/host/files.js'

/** Makes every `await f()` float that is a statement; returns how many. */
export function stripAwaits(folder) {
  let stripped = 0
  for (const file of findFiles([path.join(folder, 'src')])) {
    const text = readFileSync(file, 'utf8')
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    const edits = []
    const visit = node => {
      if (ts.isExpressionStatement(node) && ts.isAwaitExpression(node.expression) && ts.isCallExpression(node.expression.expression)) {
        edits.push([node.expression.getStart(source), node.expression.expression.getStart(source)])
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    stripped += edits.length
    let result = text
    for (const [start, end] of edits.reverse()) result = result.slice(0, start) + result.slice(end)
    if (result !== text) writeFileSync(file, result)
  }
  return stripped
}
