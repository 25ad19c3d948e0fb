import { inPackage, type AnyCall, type Specifier } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { memberName, unwrap } from '../../walk.js'
import { requestDoes } from './arguments.js'
import { fileSystem, words, type Doing, type Row } from './row.js'

const ecmascript = 'ECMAScript'
const lib = ['lib']

/** The language, the browser and Node's globals, as TypeScript's libraries and @types/node declare them. */
export const languageRows: readonly Row[] = [
  { packages: lib, types: /^(?:Readonly)?(?:Array|ConcatArray)$/, members: words('push pop shift unshift splice sort reverse fill copyWithin'), does: 'mutates', source: `${ecmascript}, Array.prototype` },
  { packages: lib, types: /^(?:Map|Set|WeakMap|WeakSet|URLSearchParams|Headers|FormData|.*Array|DOMTokenList)$/, members: words('set add delete clear append sort fill copyWithin toggle remove'), does: 'mutates', source: `${ecmascript}, Map.prototype; WHATWG Fetch and URL` },
  { packages: lib, types: /^Date$/, members: /^set/, does: 'mutates', source: `${ecmascript}, Date.prototype` },
  { packages: lib, types: /^(?:ObjectConstructor|Reflect)$/, members: words('assign defineProperty defineProperties setPrototypeOf set deleteProperty'), does: 'mutates argument', source: `${ecmascript}, Object.assign` },
  { packages: lib, types: /^(?:Function|CallableFunction|NewableFunction|Reflect)$/, members: words('apply call construct'), does: 'orders', source: `${ecmascript}, Function.prototype.call: they run a function that stands elsewhere` },
  { packages: lib, types: /^(?:Async)?(?:Iterator|IterableIterator|Generator|IteratorObject)$/, members: words('next return throw'), does: 'orders', source: `${ecmascript}, iterators: each step follows the last` },
  {
    packages: lib,
    types: /^(?:(?:Readonly)?(?:Array|Map|Set|WeakMap|WeakSet|String|Number|Boolean|Symbol|BigInt|RegExp|Date|Promise|PromiseLike|Object|Function|CallableFunction|Error|ArrayBuffer|SharedArrayBuffer|DataView|JSON|Math|Reflect|Intl|Iterator|IteratorObject|Console|Buffer|URL|URLSearchParams|Headers|FormData|TextEncoder|TextDecoder|Blob|File|Request|Response|AbortController|AbortSignal|Crypto|Performance|WeakRef)(?:Constructor)?|.*(?:Array|Format|Error|Collator|PluralRules|Segmenter|Constructor|Subtle)|ProxyConstructor)$/,
    members: /^(?!arrayBuffer$|blob$|bytes$|formData$|json$|text$|abort$|subtle$).*$/,
    does: 'pure',
    source: `${ecmascript} and the web platform: values, and what is computed from them`,
  },
  { packages: lib, types: /^(?:Body|Response|Request|BodyMixin|Blob|File|IncomingMessage)$/, members: words('arrayBuffer blob bytes formData json text'), does: bodyDoes, what: 'a body', source: 'WHATWG Fetch, Body: it is consumed once' },
  { packages: ['lib', 'undici-types', 'undici'], members: words('fetch'), does: (call, unit) => requestDoes(call, 1, unit), what: 'over the network', changes: 'something over the network', source: 'WHATWG Fetch: without an init, or with GET or HEAD, it is safe (RFC 9110, 9.2.1)' },
  { packages: ['undici-types'], types: /^(?:Body|BodyMixin|Response|Request|SpecIterable.*)$/, members: words('arrayBuffer blob bytes formData json text'), does: bodyDoes, what: 'a body', source: 'WHATWG Fetch, Body' },
  { packages: ['undici-types'], types: /^(?:Headers|FormData)$/, members: words('set append delete'), does: 'mutates', source: 'WHATWG Fetch' },
  { packages: ['undici-types'], types: /^(?:Headers|FormData|Response|Request)/, members: /./, does: 'pure', source: 'WHATWG Fetch' },
  { packages: lib, types: /^SubtleCrypto$/, members: /^(?:derive|generate)/, does: 'reads', what: 'from a pool of threads', source: 'W3C Web Cryptography: keys are computed elsewhere' },
  { packages: lib, types: /^SubtleCrypto$/, members: /./, does: 'pure', source: 'W3C Web Cryptography: a digest or a signature of what is at hand takes microseconds' },
  { packages: lib, members: words('setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame requestIdleCallback clearTimeout clearInterval alert confirm prompt'), does: 'orders', source: 'HTML, timers and dialogs' },
  { packages: lib, types: /^Storage$/, members: words('setItem removeItem clear'), does: 'writes', what: 'the storage', source: 'HTML, Web Storage' },
  { packages: lib, types: /^Storage$/, members: words('getItem key'), does: 'pure', source: 'HTML, Web Storage: it is read at once' },
  { packages: ['lib', 'node:process'], types: /^Process$/, members: words('cwd hrtime memoryUsage uptime cpuUsage getuid getgid emitWarning'), does: 'pure', source: 'nodejs.org/api/process.html' },
  { packages: ['lib', 'node:process'], types: /^Process$/, members: /./, does: 'orders', source: 'nodejs.org/api/process.html: the process itself' },
  { packages: lib, members: words('structuredClone btoa atob parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape String Number Boolean Symbol BigInt Object Array Date RegExp require'), does: 'pure', source: ecmascript },
  // Without types a constructor is a name.
  { packages: lib, types: words('Array Map Set WeakMap WeakSet Date Error TypeError RangeError URL URLSearchParams Headers FormData RegExp Promise Uint8Array AbortController TextEncoder TextDecoder Request Response Blob File Proxy'), members: words('constructor'), does: 'pure', source: ecmascript },
  { packages: lib, types: /^(?:CacheStorage|Cache)$/, members: words('match matchAll has keys'), does: 'reads', what: 'the cache', source: 'W3C Service Workers, Cache' },
  { packages: lib, types: /^LockManager$/, members: /./, does: 'orders', source: 'W3C Web Locks' },
  { packages: lib, types: /^(?:ReadableStream\w*Reader|WritableStream\w*Writer)$/, members: /./, does: 'orders', source: 'WHATWG Streams: chunks come and go in order' },
]

export const nodeRows: readonly Row[] = [
  { packages: ['fs-extra'], members: words('pathExists exists readJson readJSON readFile readdir stat lstat access realpath readlink'), does: 'reads', what: fileSystem, source: 'github.com/jprichardson/node-fs-extra' },
  { packages: ['fs-extra'], members: words('pathExistsSync readJsonSync readJSONSync readFileSync readdirSync statSync lstatSync existsSync accessSync realpathSync'), does: 'pure', source: 'github.com/jprichardson/node-fs-extra: they read at once' },
  { packages: ['fs-extra'], members: /^(?:append|copy|create|empty|ensure|link|mkdir|mkdirp|mkdirs|mkdtemp|move|output|remove|rename|rm|rmdir|symlink|unlink|write)/, does: 'writes', what: fileSystem, source: 'github.com/jprichardson/node-fs-extra' },
  { packages: ['fs-extra'], members: /./, does: 'may write', what: fileSystem, source: 'github.com/jprichardson/node-fs-extra' },
  { packages: ['node:fs', 'node:fs/promises'], members: words('readFile readdir stat lstat access realpath readlink opendir statfs open'), does: call => (isOpenToWrite(call) ? 'writes' : 'reads'), what: fileSystem, source: 'nodejs.org/api/fs.html' },
  { packages: ['node:fs'], members: words('readFileSync readdirSync statSync lstatSync existsSync accessSync realpathSync readlinkSync createReadStream'), does: 'pure', source: 'nodejs.org/api/fs.html: they read at once' },
  { packages: ['node:fs', 'node:fs/promises'], types: /^(?:BigIntStats|Dirent|StatFs|Stats|StatsBase|StatsFs)$/, members: /./, does: 'pure', source: 'nodejs.org/api/fs.html#class-fsstats: what was found is asked' },
  { packages: ['node:fs', 'node:fs/promises'], types: /^FileHandle$/, members: words('close read readFile readLines readv readableWebStream createReadStream stat'), does: 'mutates', what: fileSystem, source: 'nodejs.org/api/fs.html#class-filehandle: reading moves the position of this handle' },
  { packages: ['node:fs', 'node:fs/promises'], members: /^(?:append|chmod|chown|copyFile|cp|lchmod|lchown|link|lutimes|mkdir|mkdtemp|rename|rm|rmdir|symlink|truncate|unlink|utimes|write)/, does: 'writes', what: fileSystem, source: 'nodejs.org/api/fs.html: writing, and paths that contain each other' },
  { packages: ['node:fs', 'node:fs/promises'], members: /./, does: 'may write', what: fileSystem, source: 'nodejs.org/api/fs.html: writing, and paths that contain each other' },
  { packages: ['node:path', 'node:path/posix', 'node:path/win32', 'node:url', 'node:util', 'node:os', 'node:querystring', 'node:buffer', 'node:string_decoder', 'node:punycode'], members: /./, does: 'pure', source: 'nodejs.org/api' },
  { packages: ['node:crypto'], members: words('scrypt pbkdf2 hkdf generateKeyPair'), does: 'reads', what: 'from a pool of threads', source: 'nodejs.org/api/crypto.html' },
  { packages: ['node:crypto', 'node:assert', 'node:assert/strict', 'node:async_hooks', 'node:perf_hooks', 'node:zlib'], members: /^(?!enterWith$).*$/, does: 'pure', source: 'nodejs.org/api' },
  { packages: ['node:dns', 'node:dns/promises'], members: /^(?:lookup|resolve|reverse)/, does: 'reads', what: 'the name service', source: 'nodejs.org/api/dns.html' },
  { packages: ['node:child_process', 'node:timers/promises', 'node:timers', 'node:readline', 'node:readline/promises', 'node:worker_threads', 'node:cluster', 'node:events', 'node:stream', 'node:stream/promises', 'node:net', 'node:tls', 'node:dgram', 'node:http', 'node:https', 'node:http2'], members: /./, does: 'orders', source: 'nodejs.org/api: processes, timers, streams and connections' },
]

const requests: readonly Specifier[] = [{ from: 'lib', name: 'Request' }, inPackage('undici-types', 'Request')]

/**
 * The body of a request has come with its head, or nearly, and is checked before anything else is asked: no time is gained by asking
 * meanwhile. That of a response is still on its way.
 */
function bodyDoes(call: AnyCall, unit: SourceUnit): Doing {
  const callee = unwrap(call.type === 'TaggedTemplateExpression' ? call.tag : call.callee)
  return callee.type === 'MemberExpression' && unit.types.isOneOf(callee.object, requests) === 'yes' ? 'pure' : 'reads alone'
}

/** `open(path, 'w')`: everything but reading. */
function isOpenToWrite(call: Parameters<Extract<Row['does'], (...args: never) => unknown>>[0]): boolean {
  if (call.type !== 'CallExpression') return false
  const callee = unwrap(call.callee)
  const name = callee.type === 'MemberExpression' ? memberName(callee) : callee.type === 'Identifier' ? callee.name : undefined
  const [, flags] = call.arguments
  return name === 'open' && flags !== undefined && !(flags.type === 'Literal' && flags.value === 'r')
}
