import path from 'node:path'
import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { callbackFinder } from '../../analysis/promises/callbacks.js'
import { defaultFloatingOptions } from '../../analysis/promises/floating.js'
import { loadUnit } from '../../host/units.js'
import { folderWith } from '../cli/folder.js'

it('a client of discord.js hands rejections of its listeners to its error event, another emitter drops them', () => {
  const code = `import { Client } from 'discord.js'
import { EventEmitter } from 'node:events'
const client = new Client()
const emitter = new EventEmitter()
client.on('ready', async () => { await fetch('/') })
emitter.on('ready', async () => { await fetch('/') })
`
  const folder = folderWith({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', types: [] }, include: ['*.ts'] }),
    'bot.ts': code,
    'node_modules/discord.js/package.json': '{ "name": "discord.js", "version": "14.0.0", "types": "./index.d.ts" }',
    'node_modules/discord.js/index.d.ts': "import { EventEmitter } from 'node:events'\nexport class BaseClient extends EventEmitter { token: string }\nexport class Client extends BaseClient { user: string }\n",
    'node_modules/@types/node/package.json': '{ "name": "@types/node", "version": "20.0.0", "types": "./index.d.ts" }',
    'node_modules/@types/node/index.d.ts': "declare module 'node:events' { export class EventEmitter { on(event: string, listener: (...given: any[]) => void): this } }\n",
  })
  const { unit } = loadUnit(path.join(folder, 'bot.ts'), `/// <reference types="node" />\n${code}`)
  expect(unit.types.source).toBe('typescript')
  expect(findAll(callbackFinder, unit, defaultFloatingOptions).map(({ node }) => node.loc.start.line)).toEqual([7])
})
