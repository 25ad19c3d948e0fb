import { ConfigCommentParser } from '@eslint/plugin-kit'
import type { TSESTree } from '@typescript-eslint/types'
import { namesOf } from '../analysis/replaced.js'
import type { SourceUnit } from '../analysis/unit.js'

/** Whether a comment of the file turns a rule off where something is reported: see {@link hiding}. */
export type Hides = (rule: string, node: TSESTree.Node) => boolean

/**
 * What the `eslint-disable` comments of a file hide, and `/* eslint rule: "off" *\/`, as ESLint reads them. A comment may name our rule, or
 * one of another linter that ours does the work of.
 */
export function hiding({ ast }: SourceUnit): Hides {
  const directives = (ast.comments ?? []).flatMap(directiveIn)
  if (directives.length === 0) return () => false
  return (rule, { loc: { start } }) => {
    const names = namesOf(rule)
    const isMeant = (directive: Directive): boolean => directive.rules === undefined || names.some(name => directive.rules?.has(name))
    let isOff = false
    for (const directive of directives.filter(isMeant)) {
      if (directive.kind === 'file' || (directive.kind === 'line' && directive.line === start.line)) return true
      if ((directive.kind === 'from' || directive.kind === 'until') && isBefore(directive.at, start)) isOff = directive.kind === 'from'
    }
    return isOff
  }
}

type Directive =
  | { readonly kind: 'file'; readonly rules: Rules }
  | { readonly kind: 'line'; readonly rules: Rules; readonly line: number }
  | { readonly kind: 'from' | 'until'; readonly rules: Rules; readonly at: Position }
/** The rules that are named; undefined for all. */
type Rules = ReadonlySet<string> | undefined
type Position = TSESTree.Position

const parser = new ConfigCommentParser()

function directiveIn({ type, value, loc: { start, end } }: TSESTree.Comment): Directive[] {
  const found = /^\s*eslint(?:-|\s)/.test(value) ? parser.parseDirective(value) : undefined
  if (!found) return []
  const names = Object.keys(parser.parseListConfig(found.value))
  const rules = names.length > 0 ? new Set(names) : undefined
  switch (found.label) {
    case 'eslint-disable-line':
      return start.line === end.line ? [{ kind: 'line', rules, line: start.line }] : []
    case 'eslint-disable-next-line':
      return [{ kind: 'line', rules, line: end.line + 1 }]
    case 'eslint-disable':
    case 'eslint-enable':
      // As ESLint has it, these stand in block comments only.
      return type === 'Block' ? [{ kind: found.label === 'eslint-disable' ? 'from' : 'until', rules, at: start }] : []
    case 'eslint': {
      const result = type === 'Block' ? parser.parseJSONLikeConfig(found.value) : undefined
      const off = result?.ok ? Object.entries(result.config).flatMap(([name, level]) => (['off', 0].includes(([level].flat() as (string | number)[])[0] ?? '') ? [name] : [])) : []
      return off.length > 0 ? [{ kind: 'file', rules: new Set(off) }] : []
    }
    default:
      return []
  }
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column)
}
