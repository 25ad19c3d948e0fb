import type { TSESTree } from '@typescript-eslint/types'
import type { ForgottenPromise } from '../facts.js'
import type { Finder } from '../find.js'
import type { SourceUnit } from '../unit.js'
import { bindingPlaces, promisesBoundAt } from './bindings.js'
import type { FloatingOptions } from './floating.js'
import { isLookedAfter } from './handled.js'
import { wayToNobody } from './journey.js'
import { mayReject } from './rejection.js'

/** Promises that a variable holds and some path leaves to nobody. */
export const forgottenFinder: Finder<ForgottenPromise, FloatingOptions> = { types: bindingPlaces, at: forgottenPromisesAt }

/**
 * The promises that one declaration, assignment or default value puts into a variable and that some written path then
 * leaves to nobody. A variable that a closure or another module can see is somebody's.
 */
function forgottenPromisesAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): ForgottenPromise[] {
  if (!options.variables) return []
  return promisesBoundAt(node, unit, options).flatMap(bound => {
    const { made, holder, name, reads } = bound
    const way = wayToNobody(unit, bound, options)
    // What only waits for an event, or catches its own errors, may be left where the program goes another way.
    if (!way || (way.kind !== 'never' && !mayReject(unit, made)) || isLookedAfter(unit, made)) return []
    return [{ kind: 'forgotten-promise', node: made, identifier: holder, name, mentions: reads, way, certainty: 'proven', because: [{ text: unit.types.evidence(made), node: made }] }]
  })
}
