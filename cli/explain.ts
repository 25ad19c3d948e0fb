import type { Evidence, Summary } from '../analysis/effects/effect.js'
import { groupsOf } from '../analysis/dependence/sequential.js'
import { statementsOf, stepsOf, type Step } from '../analysis/dependence/items.js'
import { isOrderedFile } from '../analysis/test-files.js'
import type { SourceUnit } from '../analysis/unit.js'
import { walk } from '../analysis/walk.js'
import type { TSESTree } from '@typescript-eslint/types'
import { readSource } from '../host/files.js'
import { FileProblem, loadUnit } from '../host/units.js'
import { relative } from './words.js'

/**
 * Prints what is known of the awaits on a line: what they do, which calls say so, and what keeps them where they are; returns
 * the exit code.
 *
 * @param place `file:line`, the line counted from 1
 * @throws {FileProblem} where that is no place, or the file can't be read or parsed
 */
export function explain(place: string, options: { types: boolean }): number {
  const [, file, line] = /^(.+):(\d+)$/.exec(place) ?? []
  if (file === undefined) throw new FileProblem(`${place} is no place in a file. Write file:line, as in src/page.ts:12.`)
  const { unit, untyped } = loadUnit(file, readSource(file).text, options)
  if (untyped !== undefined) console.log(`Without type information (${untyped}): what is not in this file is unknown.`)
  const found = stepsOn(unit, Number(line))
  if (found.length === 0) throw new FileProblem(`No await that is reached on every path stands on line ${line} of ${file}.`)
  for (const { step, block } of found) console.log(describe(unit, step, block).join('\n'))
  return 0
}

function stepsOn(unit: SourceUnit, line: number): { step: Step; block: TSESTree.Node }[] {
  const found: { step: Step; block: TSESTree.Node }[] = []
  walk(unit.ast, block => {
    for (const statement of statementsOf(block)) for (const step of stepsOf(unit, statement, 'all')) if (step.node.loc.start.line <= line && line <= step.node.loc.end.line) found.push({ step, block })
  })
  return found
}

function describe(unit: SourceUnit, { node, name, effects, isGate }: Step, block: TSESTree.Node): string[] {
  const group = groupsOf(unit, block).find(({ steps }) => steps.some(step => step.node === node))
  const partners = group?.steps.filter(step => step.node !== node).map(step => `\`${step.name}\` (line ${step.node.loc.start.line})`) ?? []
  const keeps = obstacles(effects, isGate, name)
  return [
    `${relative(unit.path)}:${node.loc.start.line}  ${name}`,
    ...effects.reads.map(one => `  reads     ${said(one)}`),
    ...effects.doubts.map(one => `  likely    ${said(one)}`),
    ...keeps.map(one => `  stays     ${one}`),
    partners.length > 0 ? `  could start together with ${partners.join(', ')}` : `  stays where it is: ${keeps.length > 0 ? 'see above' : effects.reads.length === 0 ? 'it has nothing to wait for' : isOrderedFile(unit) ? 'the order of such a file is what it is about' : 'nothing near it could start at the same time'}`,
  ]
}

function obstacles({ unknown, barrier, connections, writes }: Summary, isGate: boolean, name: string): string[] {
  const found = [unknown, barrier, ...connections.map(({ evidence }) => evidence), ...writes.map(({ evidence }) => evidence)].filter(one => one !== undefined).map(said)
  return isGate ? [`\`${name}\` is named like a gate, whose failure must stop what follows`, ...found] : found
}

function said({ text, path, line, via = [] }: Evidence): string {
  return [`${text} (${relative(path)}:${line})`, ...via.map(call => `\n              called by ${call.text} (${relative(call.path)}:${call.line})`).reverse()].join('')
}
