import type { TSESTree } from '@typescript-eslint/types'
import type { LeakyRace } from '../analysis/facts.js'
import { isTaken } from '../analysis/scopes.js'
import { isTypeScript, type SourceUnit } from '../analysis/unit.js'
import { codeAround } from '../analysis/walk.js'
import { insert, type Edit, type Rewrite } from './edit.js'
import { indentAt, layoutOf } from './layout.js'

/** Keeps the timer of a race, and clears it when the race is over: nothing else changes. */
export function clearTimerOfRace(unit: SourceUnit, { race, timer }: LeakyRace): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: race })
  if (!timer?.promise || timer.unit !== unit) return refuse('The timer is set in another function, which gives nobody its handle. Let that take an abort signal, or use waitFor().')
  const { call, promise } = timer
  if (codeAround(promise) !== codeAround(race)) return refuse('The timer is set outside of the function that races. Set it where the race is.')
  const statement = statementAround(promise)
  if (!statement) return refuse('The timer is set where no statement can stand before it. Give the race a block first.')
  const name = ['timer', 'raceTimer', 'timerOfRace'].find(candidate => !isTaken(unit.scopes, race, candidate) && !isTaken(unit.scopes, statement, candidate))
  if (name === undefined) return refuse('All names for the timer are taken here. Keep its handle yourself, and clear it when the race is over.')
  const { newline, semicolon } = layoutOf(unit)
  const type = isTypeScript(unit) ? ': ReturnType<typeof setTimeout> | undefined' : ''
  const isBody = call.parent.type === 'ArrowFunctionExpression'
  if (isBody && /\(\s*$/.test(unit.text.slice(0, call.range[0]))) return refuse('The timer stands in parentheses, where no block can. Take them away first.')
  const edits: Edit[] = [
    insert(statement.range[0], `let ${name}${type}${semicolon}${newline}${indentAt(unit.text, statement.range[0])}`),
    insert(call.range[0], `${isBody ? '{ ' : ''}${name} = `),
    ...(isBody ? [insert(call.range[1], `${semicolon} }`)] : []),
    insert(race.range[1], `.finally(() => clearTimeout(${name}))`),
  ]
  return { edits, imports: [] }
}

/** The statement of a block that a node stands in. */
function statementAround(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let below = node, at = node.parent; at; below = at, at = at.parent) {
    if (at.type === 'BlockStatement' || at.type === 'Program' || at.type === 'SwitchCase') return at.type === 'SwitchCase' ? undefined : below
    if (at.type === 'PropertyDefinition' || (at.type === 'ArrowFunctionExpression' && at.body === below)) return undefined
  }
  return undefined
}
