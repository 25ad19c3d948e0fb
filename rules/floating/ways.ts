import type { Way } from '../../analysis/facts.js'

/** Words for how a promise comes to be nobody's, to stand behind "Nothing waits for it". */
export function wayInWords(way: Way): string {
  if (way.kind === 'never') return ''
  const parts = way.decision ? [` when ${decisionInWords(way.decision)}`] : []
  if (way.kind === 'overwritten') parts.push(` before it gets another value on line ${way.by.loc.start.line}`)
  else if (way.leaves !== 'end') parts.push(`${way.decision ? ' and' : ' where'} the function ${way.leaves === 'return' ? 'returns' : 'throws'} on line ${way.exit.loc.start.line}`)
  else if (!way.decision) parts.push(' on one of its ways to the end')
  return parts.join('')
}

function decisionInWords({ node, is }: NonNullable<Extract<Way, { decision?: unknown }>['decision']>): string {
  const { line } = node.loc.start
  switch (is) {
    case 'true':
    case 'false':
      return `the condition on line ${line} is ${is}`
    case 'nullish':
    case 'not nullish':
      return `the value that is tested on line ${line} is ${is === 'nullish' ? 'null or undefined' : 'there'}`
    case 'another round':
      return `the loop on line ${line} runs`
    case 'no more rounds':
      return `the loop on line ${line} runs zero times`
    case 'case':
      return `the case on line ${line} is taken`
    case 'no case':
      return `no case of the switch on line ${line} is taken`
  }
}
