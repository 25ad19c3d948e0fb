import type { ESLint, Linter, Rule } from 'eslint'
import { toEslintRule } from './rules/adapter.js'
import { rules as definitions } from './rules/all.js'
import { name, version } from './version.js'

const rules: Record<string, Rule.RuleModule> = {}
for (const definition of definitions) rules[definition.name] = toEslintRule(definition)

const base: ESLint.Plugin = { meta: { name, version, namespace: 'structured-async' }, rules }

/** The presets. `recommended` needs no type information; `recommendedTypeChecked` expects the config to provide it. */
const configs: Record<'recommended' | 'recommendedTypeChecked', Linter.Config> = {
  recommended: preset('recommended'),
  recommendedTypeChecked: preset('recommendedTypeChecked'),
}

const plugin: Omit<ESLint.Plugin, 'configs' | 'rules'> & { rules: typeof rules; configs: typeof configs } = Object.assign(base, { rules, configs })

function preset(preset: 'recommended' | 'recommendedTypeChecked'): Linter.Config {
  const included = definitions.filter(definition => definition.presets.includes(preset))
  return {
    name: `structured-async/${preset}`,
    plugins: { 'structured-async': base },
    rules: Object.fromEntries(included.map(definition => [`structured-async/${definition.name}`, 'error' as const])),
  }
}

export { plugin as default, plugin as 'module.exports' }
