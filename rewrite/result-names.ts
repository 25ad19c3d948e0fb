import type { TSESTree } from '@typescript-eslint/types'
import { memberName, unwrap } from '../analysis/walk.js'

/** A name for what an await gives: after the place that takes it, else after what is called. `isFree` may be asked several times. */
export function nameForResult(node: TSESTree.AwaitExpression, isFree: (name: string) => boolean): string {
  const base = placeName(node) ?? calledName(node.argument) ?? 'result'
  if (isFree(base)) return base
  for (let number = 2; ; number++) if (isFree(`${base}${number}`)) return `${base}${number}`
}

/** `user: await …`, `this.user = await …`, `const user: User = await …`. */
function placeName({ parent }: TSESTree.AwaitExpression): string | undefined {
  if (parent.type === 'Property' && parent.key.type === 'Identifier') return parent.key.name
  if (parent.type === 'AssignmentExpression') {
    if (parent.left.type === 'MemberExpression') return identifier(memberName(parent.left))
    return parent.left.type === 'Identifier' ? `next${capital(parent.left.name)}` : undefined
  }
  return parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? `${parent.id.name}Result` : undefined
}

/** `loadUser()` gives a user, `prisma.user.findMany()` users. */
function calledName(outer: TSESTree.Expression): string | undefined {
  const node = unwrap(outer)
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : undefined
  const name = callee?.type === 'Identifier' ? callee.name : callee?.type === 'MemberExpression' ? memberName(callee) : undefined
  const model = callee?.type === 'MemberExpression' && name !== undefined ? modelName(callee.object, name) : undefined
  const thing = name && /^(?:fetch|find|get|list|load|query|read)([A-Z]\w*)$/.exec(name)?.[1]
  return identifier(model ?? (thing ? thing.charAt(0).toLowerCase() + thing.slice(1) : name && `${name}Result`))
}

/** What a method of a table or a model gives, whose own name says only how many: `User.findAll()`, `prisma.user.count()`. */
function modelName(outer: TSESTree.Expression, method: string): string | undefined {
  const object = unwrap(outer)
  const name = object.type === 'MemberExpression' ? memberName(object) : object.type === 'Identifier' && /^[A-Z]/.test(object.name) ? object.name : undefined
  const one = name && identifier(name.charAt(0).toLowerCase() + name.slice(1))
  if (!one) return undefined
  if (/^(?:find(?:First|One|Unique)(?:OrThrow|OrFail)?|findBy(?:Id|Pk))$/.test(method)) return one
  if (/^(?:find(?:All|Many)|findAndCountAll)$/.test(method)) return plural(one)
  return method === 'count' ? `${one}Count` : undefined
}

function plural(name: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(name)) return /[^s]s$/.test(name) ? name : `${name}es`
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`
}

function identifier(name: string | undefined): string | undefined {
  const plain = name?.replace(/^#/, '')
  return plain !== undefined && /^[A-Za-z_$][\w$]*$/.test(plain) && !reserved.has(plain) ? plain : undefined
}

const reserved = new Set('await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return static super switch this throw true try typeof var void while with yield let package private protected public interface implements arguments eval undefined'.split(' '))

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
