import { loadUnit } from '../host/units.js'
import { limitFrom, runCodemod, type CodemodDefinition, type CodemodOptions } from './codemod.js'

/** What jscodeshift gives a transform, as far as ours look. */
export interface JscodeshiftFile {
  readonly path: string
  readonly source: string
}
export interface JscodeshiftApi {
  readonly report?: (message: string) => void
}
/** As given on jscodeshift's command line: `--target=native --likely --limit=none`. */
export interface TransformOptions {
  readonly target?: CodemodOptions['target']
  readonly likely?: boolean
  readonly limit?: string | number
}
export type Transform = (file: JscodeshiftFile, api: JscodeshiftApi, options: TransformOptions) => string

/** Makes a jscodeshift transform of a codemod. jscodeshift only walks the files: the edits keep every byte around them. */
export function toTransform(codemod: CodemodDefinition): Transform {
  return ({ path, source }, api, { target, likely, limit }) => {
    if (target !== undefined && target !== 'structured-async' && target !== 'native') {
      throw new Error(`There is no target '${String(target)}'. Pass --target=structured-async or --target=native.`)
    }
    const bom = source.startsWith('\uFEFF') ? '\uFEFF' : ''
    const { text, refused } = runCodemod(codemod, source.slice(bom.length), text => loadUnit(path, text).unit, { target, likely, limit: limit === undefined ? undefined : limitFrom(String(limit)) })
    for (const { line, column, reason } of refused) api.report?.(`${path}:${line}:${column} left as it is. ${reason}`)
    return bom + text
  }
}
