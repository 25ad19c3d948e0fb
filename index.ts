import type { ESLint, Linter, Rule } from 'eslint'
import { replaced } from './analysis/replaced.js'
import { toEslintRule } from './rules/adapter.js'
import { rules as definitions } from './rules/all.js'
import type { Preset } from './rules/rule.js'
import { name, version } from './version.js'

const rules: Record<string, Rule.RuleModule> = {}
for (const definition of definitions) rules[definition.name] = toEslintRule(definition)

const base: ESLint.Plugin = { meta: { name, version, namespace: 'structured-async' }, rules }

/**
 * The presets. `recommended` needs no type information; the others expect the config to provide it, and `strictTypeChecked` has all there is.
 * `instead-of` goes behind the others: it turns off the rules of other plugins that ours do the work of.
 */
const configs: Record<Preset | 'instead-of', Linter.Config> = {
  recommended: preset('recommended'),
  recommendedTypeChecked: preset('recommendedTypeChecked'),
  strictTypeChecked: preset('strictTypeChecked'),
  'instead-of': { name: 'structured-async/instead-of', rules: Object.fromEntries(Object.values(replaced).flat().map(rule => [rule, 'off' as const])) },
}

const plugin: Omit<ESLint.Plugin, 'configs' | 'rules'> & { rules: typeof rules; configs: typeof configs } = Object.assign(base, { rules, configs })

function preset(preset: Preset): Linter.Config {
  const included = definitions.filter(definition => definition.presets.includes(preset))
  return {
    name: `structured-async/${preset}`,
    plugins: { 'structured-async': base },
    rules: Object.fromEntries(included.map(({ name, strictOptions }) => [`structured-async/${name}`, preset === 'strictTypeChecked' && strictOptions ? ['error' as const, strictOptions] : ('error' as const)])),
  }
}

export type { ProjectSettings } from './analysis/settings/settings.js'
export { plugin as default, plugin as 'module.exports' }
