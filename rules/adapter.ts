import type { ScopeManager } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { JSONSchema4 } from 'json-schema'
import type { Rule } from 'eslint'
import { typescriptOracle, type CheckedProgram } from '../analysis/types/from-typescript.js'
import { syntaxOracle } from '../analysis/types/from-syntax.js'
import type { Fact } from '../analysis/facts.js'
import { projectOf } from '../analysis/project.js'
import { resolverFor, settingsFor, SettingsProblem, type Settings } from '../analysis/settings/settings.js'
import type { SourceUnit } from '../analysis/unit.js'
import type { Edit } from '../rewrite/edit.js'
import { editsOf, type RuleDefinition } from './rule.js'

export const homepage = 'https://github.com/structured-async/structured-async'

/** Makes an ESLint rule of a definition. The only place of the rules that knows ESLint. */
export function toEslintRule<F extends Fact, O extends object>(definition: RuleDefinition<F, O>): Rule.RuleModule {
  return {
    meta: {
      type: 'problem',
      docs: {
        description: definition.description,
        url: `${homepage}/blob/main/docs/rules/${definition.name}.md`,
        recommended: definition.presets.includes('recommended'),
      },
      hasSuggestions: true,
      messages: { ...definition.messages },
      schema: [definition.schema as JSONSchema4],
      defaultOptions: [definition.defaultOptions],
    },
    create(context) {
      const { problem } = settingsOf(context)
      // A setting that says nothing is told once in every file, by the first rule that comes.
      if (problem !== undefined) return { Program: () => (told.has(context.sourceCode.ast) ? undefined : told.add(context.sourceCode.ast) && context.report({ loc: { line: 1, column: 0 }, message: problem })) }
      const options = { ...definition.defaultOptions, ...(context.options[0] as O | undefined) }
      const listeners = new Map<string, (node: unknown) => void>()
      for (const type of new Set(definition.finders.flatMap(({ types }) => types))) {
        const finders = definition.finders.filter(({ types }) => types.includes(type))
        listeners.set(type, node => {
          const unit = unitFrom(context)
          for (const finder of finders) for (const fact of finder.at(node as TSESTree.Node, unit, options)) report(fact, unit)
        })
      }
      return Object.fromEntries(listeners)

      function report(fact: F, unit: SourceUnit): void {
        const { node, message, data, suggestions } = definition.report(fact, unit, options)
        context.report({
          node: node as unknown as Rule.Node,
          messageId: message,
          ...(data ? { data: { ...data } } : {}),
          suggest: suggestions.flatMap(suggestion => {
            const edits = editsOf(unit, suggestion)
            return !edits ? [] : [{ messageId: suggestion.message, fix: (fixer: Rule.RuleFixer) => edits.map(edit => toFix(fixer, edit)) }]
          }),
        })
      }
    },
  }
}

const told = new WeakSet<object>()
const units = new WeakMap<object, SourceUnit>()

/** The file under lint, made once for all rules. */
function unitFrom(context: Rule.RuleContext): SourceUnit {
  const { sourceCode, physicalFilename } = context
  const known = units.get(sourceCode.ast)
  if (known) return known
  const ast = sourceCode.ast as unknown as TSESTree.Program
  const scopes = sourceCode.scopeManager as unknown as ScopeManager
  const syntax = syntaxOracle(physicalFilename, ast, scopes)
  const services = sourceCode.parserServices as Partial<CheckedProgram> | undefined
  const types = services?.program && services.esTreeNodeToTSNodeMap ? typescriptOracle(services as CheckedProgram, physicalFilename, syntax) : syntax
  const { settings } = settingsOf(context)
  const project = services?.program ? projectOf(services.program, settings) : undefined
  const unit: SourceUnit = { path: physicalFilename, text: sourceCode.text, ast, scopes, types, project, settings, resolves: resolverFor(physicalFilename, settings) }
  units.set(sourceCode.ast, unit)
  project?.keep(unit)
  return unit
}

interface ReadSettings {
  readonly settings?: Settings | undefined
  readonly problem?: string
}

const read = new WeakMap<object, ReadSettings>()

function settingsOf({ sourceCode, settings, physicalFilename }: Rule.RuleContext): ReadSettings {
  let found = read.get(sourceCode.ast)
  if (!found) read.set(sourceCode.ast, (found = readSettings(physicalFilename, settings['structured-async'])))
  return found
}

function readSettings(file: string, given: unknown): ReadSettings {
  try {
    return { settings: settingsFor(file, given) }
  } catch (error) {
    if (error instanceof SettingsProblem) return { problem: error.message }
    throw error
  }
}

function toFix(fixer: Rule.RuleFixer, { range, text }: Edit): Rule.Fix {
  return fixer.replaceTextRange([range[0], range[1]], text)
}
