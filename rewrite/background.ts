import type { FloatingPromise } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { nameTaken, runtime, whyNotReplaced } from './awaiting.js'
import type { ImportNeed, Rewrite } from './edit.js'
import { localName } from './imports.js'
import { startedBy } from './startable.js'

/** `f()` → `background(() => f())`: an owner that reports the error and can be drained at shutdown. */
export function ownInBackground(unit: SourceUnit, fact: FloatingPromise): Rewrite {
  const tested = whyNotReplaced(fact)
  if (tested) return tested
  const needs: ImportNeed[] = [{ name: 'background', from: runtime }]
  if (fact.shape === 'list') needs.push({ name: 'gather', from: runtime })
  const names = needs.map(need => localName(unit, need, fact.node))
  const taken = needs.find((_, at) => names[at] === undefined)
  if (taken) return nameTaken(taken, fact.node)
  return { edits: startedBy(unit, fact, names[0] ?? '', names[1] ?? ''), imports: needs }
}
