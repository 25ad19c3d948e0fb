import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../../analysis/facts.js'
import type { FloatingOptions } from '../../analysis/promises/floating.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { isFunction, memberName, unwrap } from '../../analysis/walk.js'
import { awaitIt, joinIt, returnIt, runtime, voidIt } from '../../rewrite/awaiting.js'
import { ownInBackground } from '../../rewrite/background.js'
import { ownInTaskGroup } from '../../rewrite/own-in-task-group.js'
import type { Report, Suggestion } from '../rule.js'
import { noHandler, reasons, whatToDo } from './advice.js'

/** Words for promises that a statement drops. */
export const statementMessages = {
  floating: `Nothing waits for the promise from \`{{what}}\` ({{because}}): the code goes on before it is done, and ${noHandler}. ${whatToDo}{{orVoid}}.`,
  floatingCaught: `Nothing waits for the promise from \`{{what}}\` ({{because}}): the code goes on before it is done. By its code, what it waits for can’t fail or is caught, so the order is at stake more than an error. ${whatToDo}{{orVoid}}.`,
  floatingDone: `Nothing waits for the promise from \`{{what}}\` ({{because}}). The function waits for nothing, so its own code is done here; but an error that it throws would be a rejection without a handler, and no exception that the code around could catch. ${whatToDo}{{orVoid}}.`,
  floatingList: `Nothing waits for the promises in this list ({{because}}): the code goes on before they are done, and ${noHandler}. Join them with \`await gather(…)\` or \`await Promise.all(…)\`{{orVoid}}.`,
  uselessHandler: `The rejection handler of \`{{what}}\` is no function, so the promise that it returns ({{because}}) is not handled: a rejection ends a Node process. Pass a function, or await the promise{{orVoid}}.`,
  awaitIt: 'Await it here.',
  joinWithGather: 'Wait for all of them here, with gather().',
  joinWithAll: 'Wait for all of them here, with Promise.all().',
  returnIt: 'Return it, so that the caller waits.',
  ownInTaskGroup: 'Run it in a task group that this function waits for.',
  ownInBackground: 'Give it to background(), which reports its error.',
  voidIt: 'Mark it with void: its error may get lost.',
}

const messagesByLoss = { errors: 'floating', order: 'floatingCaught', throws: 'floatingDone' } as const

export function reportFloating(fact: FloatingPromise, unit: SourceUnit, { ignoreVoid }: FloatingOptions): Report {
  return {
    node: fact.node,
    message: fact.uselessHandler ? 'uselessHandler' : fact.shape === 'list' ? 'floatingList' : messagesByLoss[fact.loses],
    data: {
      what: callText(fact, unit),
      because: reasons(fact),
      orVoid: ignoreVoid ? `; mark it with \`void\` only where ${fact.loses === 'order' ? 'waiting for it nowhere' : 'losing its error'} is right` : '',
    },
    suggestions: suggestionsFor(fact, unit, ignoreVoid),
  }
}

function suggestionsFor(fact: FloatingPromise, unit: SourceUnit, ignoreVoid: boolean): Suggestion[] {
  // An import that does not resolve would trade one error for another.
  const hasRuntime = unit.resolves(runtime)
  const join: Suggestion = hasRuntime
    ? { message: 'joinWithGather', rewrite: () => joinIt(unit, fact, runtime) }
    : { message: 'joinWithAll', rewrite: () => joinIt(unit, fact, 'native') }
  return [
    fact.shape === 'list' ? join : { message: 'awaitIt', rewrite: () => awaitIt(unit, fact) },
    { message: 'returnIt', rewrite: () => returnIt(fact) },
    ...(hasRuntime
      ? [
          { message: 'ownInTaskGroup', rewrite: () => ownInTaskGroup(unit, [fact]) },
          { message: 'ownInBackground', rewrite: () => ownInBackground(unit, fact) },
        ]
      : []),
    ...(ignoreVoid ? [{ message: 'voidIt', rewrite: () => voidIt(fact) }] : []),
  ]
}

function callText({ node }: FloatingPromise, { text }: SourceUnit): string {
  return shortText(unwrap(node), text)
}

/** `api.users.save()` for `api.users.save(user, { … })`: enough to find it, short enough to read. */
function shortText(node: TSESTree.Node, text: string): string {
  const isCall = node.type === 'CallExpression'
  const source = text.slice(...(isCall ? node.callee.range : node.range)).replace(/\s+/g, ' ')
  const callee = isCall ? unwrap(node.callee) : node
  if (isFunction(callee)) return `(${callee.async ? 'async ' : ''}() => …)()`
  // `handleSubmit(data => { … })(event)`
  if (isCall && callee.type === 'CallExpression') return `${shortText(callee, text)}()`
  const object = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
  // `fetch('/').then(response => { … }).finally(done)`
  if (isCall && object?.type === 'CallExpression') return shortened(`${shortText(object, text)}.${memberName(callee as TSESTree.MemberExpression) ?? '…'}()`)
  if (isCall && /[{;]/.test(source)) return `….${/(\w+)\s*$/.exec(source)?.[1] ?? 'call'}()`
  return isCall ? `${shortened(source)}()` : shortened(source)
}

/** What a text begins and ends with, where it is long. */
function shortened(text: string): string {
  return text.length > 50 ? `${text.slice(0, 16).replace(/[^\w)]+\w*$/, '')}…${text.slice(-31).replace(/^\w*/, '')}` : text
}
