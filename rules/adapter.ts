import type { ScopeManager } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { JSONSchema4 } from 'json-schema'
import type { Rule } from 'eslint'
import { typescriptOracle, type CheckedProgram } from '../analysis/types/from-typescript.js'
import { syntaxOracle } from '../analysis/types/from-syntax.js'
import type { Fact } from '../analysis/facts.js'
import { ownRowsFor, SettingsProblem } from '../analysis/effects/catalogue/own.js'
import type { Row } from '../analysis/effects/catalogue/row.js'
import { canImport } from '../analysis/packages.js'
import { projectOf } from '../analysis/project.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isRefusal, type Edit } from '../rewrite/edit.js'
import { importEdits } from '../rewrite/imports.js'
import type { RuleDefinition } from './rule.js'

const homepage = 'https://github.com/structured-async/structured-async'

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
      const problem = definition.usesEffects ? unitFrom(context).problem : undefined
      // A setting that says nothing is told in every file that it would have counted for.
      if (problem !== undefined) return { Program: () => context.report({ loc: { line: 1, column: 0 }, message: problem }) }
      const options = { ...definition.defaultOptions, ...(context.options[0] as O | undefined) }
      const listeners = new Map<string, (node: unknown) => void>()
      for (const type of new Set(definition.finders.flatMap(({ types }) => types))) {
        const finders = definition.finders.filter(({ types }) => types.includes(type))
        listeners.set(type, node => {
          const { unit } = unitFrom(context)
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
            const result = suggestion.rewrite()
            if (isRefusal(result)) return []
            const edits = [...importEdits(unit, result.imports), ...result.edits]
            return [{ messageId: suggestion.message, fix: (fixer: Rule.RuleFixer) => edits.map(edit => toFix(fixer, edit)) }]
          }),
        })
      }
    },
  }
}

interface UnderLint {
  readonly unit: SourceUnit
  /** What is wrong with the settings. */
  readonly problem: string | undefined
}

const units = new WeakMap<object, UnderLint>()

/** The file under lint, made once for all rules. */
function unitFrom({ sourceCode, physicalFilename, settings }: Rule.RuleContext): UnderLint {
  const known = units.get(sourceCode.ast)
  if (known) return known
  const ast = sourceCode.ast as unknown as TSESTree.Program
  const scopes = sourceCode.scopeManager as unknown as ScopeManager
  const syntax = syntaxOracle(physicalFilename, ast, scopes)
  const services = sourceCode.parserServices as Partial<CheckedProgram> | undefined
  const types = services?.program && services.esTreeNodeToTSNodeMap ? typescriptOracle(services as CheckedProgram, physicalFilename, syntax) : syntax
  const { rows, problem } = rowsFrom(settings, physicalFilename)
  const project = services?.program ? projectOf(services.program, rows) : undefined
  const unit: SourceUnit = { path: physicalFilename, text: sourceCode.text, ast, scopes, types, project, ownRows: rows, resolves: packageName => canImport(packageName, physicalFilename) }
  const underLint = { unit, problem }
  units.set(sourceCode.ast, underLint)
  return underLint
}

function rowsFrom(settings: Rule.RuleContext['settings'], file: string): { rows?: readonly Row[] | undefined; problem: string | undefined } {
  try {
    return { rows: ownRowsFor(file, settings['structured-async']), problem: undefined }
  } catch (error) {
    if (error instanceof SettingsProblem) return { problem: error.message }
    throw error
  }
}

function toFix(fixer: Rule.RuleFixer, { range, text }: Edit): Rule.Fix {
  return fixer.replaceTextRange([range[0], range[1]], text)
}
