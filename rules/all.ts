import { noConcurrentConnectionUse } from './no-concurrent-connection-use.js'
import { noFloatingPromises } from './no-floating-promises.js'
import { noIgnoredOutcomes } from './no-ignored-outcomes.js'
import { noLateAwait } from './no-late-await.js'
import { noLeakyRace } from './no-leaky-race.js'
import { noMisusedLazyThenables } from './no-misused-lazy-thenables.js'
import { noSequentialAwaits } from './no-sequential-awaits.js'
import { noSelfAwait } from './no-self-await.js'
import { preferTaskGroup } from './prefer-task-group.js'
import type { RuleDefinition } from './rule.js'

/** Every rule there is. The plugin, the presets, the command and the laws read this list. */
export const rules = [noConcurrentConnectionUse, noFloatingPromises, noIgnoredOutcomes, noLateAwait, noLeakyRace, noMisusedLazyThenables, noSelfAwait, noSequentialAwaits, preferTaskGroup] as unknown as readonly RuleDefinition[]
