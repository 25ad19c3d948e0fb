import type { TSESTree } from '@typescript-eslint/types'
import type { IdleGenerator } from '../facts.js'
import type { Finder } from '../find.js'
import type { Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { unwrap } from '../walk.js'
import { homeOf } from './bindings.js'
import type { FloatingOptions } from './floating.js'
import { calledFunction } from './rejection.js'
import { readsOf, useOf } from './uses.js'

/** Async generators that are called and that nothing iterates: none of their code runs. */
export const generatorFinder: Finder<IdleGenerator, FloatingOptions> = { types: ['ExpressionStatement', 'VariableDeclarator'], at: idleGeneratorsAt }

function idleGeneratorsAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): IdleGenerator[] {
  if (!options.containers) return []
  if (node.type === 'ExpressionStatement') return idle(unit, unwrap(node.expression))
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init) return []
  const made = idle(unit, unwrap(node.init))
  const [variable] = made.length > 0 ? unit.scopes.getDeclaredVariables(node) : []
  return variable && homeOf(variable, node.id) && readsOf(variable).every(read => useOf(unit, read, options) === 'looks') ? made : []
}

const asyncGenerators: readonly Specifier[] = [{ from: 'lib', name: ['AsyncGenerator', 'AsyncIterableIterator'] }]

function idle(unit: SourceUnit, node: TSESTree.Expression): IdleGenerator[] {
  if (node.type !== 'CallExpression') return []
  const fn = calledFunction(unit, node)
  const isGenerator = fn ? fn.generator && fn.async : unit.types.isOneOf(node, asyncGenerators) === 'yes'
  return isGenerator ? [{ kind: 'idle-generator', node, certainty: 'proven', because: [{ text: 'its code runs only while somebody iterates it', node }] }] : []
}
