import { noFloatingPromises } from './no-floating-promises.js'
import type { RuleDefinition } from './rule.js'

/** Every rule there is. The plugin, the presets, the command and the laws read this list. */
export const rules = [noFloatingPromises] as unknown as readonly RuleDefinition[]
