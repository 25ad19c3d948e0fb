import { spawn } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node'
import { root } from '../programs.js'

export interface Position {
  readonly line: number
  readonly character: number
}
export interface Range {
  readonly start: Position
  readonly end: Position
}
export interface Diagnostic {
  readonly range: Range
  readonly message: string
  readonly code: string
  readonly codeDescription?: { readonly href: string }
}
export interface Action {
  readonly title: string
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] }
}
interface TextEdit {
  readonly range: Range
  readonly newText: string
}
interface WorkspaceEdit {
  readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[]
  readonly changes?: Readonly<Record<string, readonly TextEdit[]>>
}

/** An editor as the ESLint language server sees one: it opens files, types into them, asks for squiggles and quick fixes. Positions count from 0. */
export class Editor {
  readonly #connection: MessageConnection
  readonly #texts = new Map<string, { text: string; version: number }>()
  readonly #close: () => void
  #applied: WorkspaceEdit | undefined

  private constructor(connection: MessageConnection, close: () => void) {
    this.#connection = connection
    this.#close = close
  }

  /** Starts the server for a folder. */
  static async open(folder: string): Promise<Editor> {
    const server = spawn(process.execPath, [path.join(root, 'node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server'), '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
    const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
    const editor = new Editor(connection, () => {
      connection.dispose()
      server.kill()
    })
    const workspace = { uri: pathToFileURL(folder).href, name: 'project' }
    const settings = { validate: 'on', run: 'onType', nodePath: null, experimental: {}, problems: {}, rulesCustomizations: [], codeAction: { disableRuleComment: { enable: true, location: 'separateLine' }, showDocumentation: { enable: true } }, codeActionOnSave: { mode: 'all' }, workingDirectory: { mode: 'location' }, workspaceFolder: workspace }
    connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => settings))
    connection.onRequest('client/registerCapability', () => null)
    connection.onRequest('workspace/diagnostic/refresh', () => null)
    connection.onRequest('workspace/applyEdit', ({ edit }: { edit: WorkspaceEdit }) => {
      editor.#applied = edit
      return { applied: true }
    })
    connection.listen()
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: workspace.uri, workspaceFolders: [workspace], capabilities: { textDocument: { diagnostic: { dynamicRegistration: true }, codeAction: {} }, workspace: { applyEdit: true, configuration: true, workspaceFolders: true, workspaceEdit: { documentChanges: true } } } })
    await connection.sendNotification('initialized', {})
    return editor
  }

  /** Opens a file with a text, or types until it has that text. */
  async type(file: string, text: string): Promise<void> {
    const uri = pathToFileURL(file).href
    const known = this.#texts.get(file)
    const version = (known?.version ?? 0) + 1
    this.#texts.set(file, { text, version })
    if (known) await this.#connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] })
    else await this.#connection.sendNotification('textDocument/didOpen', { textDocument: { uri, version, languageId: file.endsWith('ts') ? 'typescript' : 'javascript', text } })
  }

  async squiggles(file: string): Promise<readonly Diagnostic[]> {
    const { items } = await this.#connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri: pathToFileURL(file).href } })
    return items
  }

  /** The quick fixes of a squiggle, as its menu has them. */
  async fixes(file: string, diagnostic: Diagnostic): Promise<readonly Action[]> {
    return await this.#connection.sendRequest<Action[]>('textDocument/codeAction', { textDocument: { uri: pathToFileURL(file).href }, range: diagnostic.range, context: { diagnostics: [diagnostic] } })
  }

  /** The text of a file with a quick fix; the editor's own text stays. */
  async applied(file: string, { command }: Action): Promise<string> {
    this.#applied = undefined
    await this.#connection.sendRequest('workspace/executeCommand', { command: command?.command, arguments: command?.arguments })
    const edit = this.#applied as WorkspaceEdit | undefined
    const edits = edit?.documentChanges?.[0]?.edits ?? Object.values(edit?.changes ?? {})[0] ?? []
    return applyTextEdits(this.#texts.get(file)?.text ?? '', edits)
  }

  close(): void {
    this.#close()
  }
}

function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n')
  const offset = ({ line, character }: Position): number => lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character
  return edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .sort((a, b) => b.start - a.start)
    .reduce((code, { start, end, newText }) => code.slice(0, start) + newText + code.slice(end), text)
}
