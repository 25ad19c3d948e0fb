import { unwrap } from '../../walk.js'
import { requestDoes } from './arguments.js'
import { words, type Row } from './row.js'

const network = 'over the network'
const http = ['axios', 'ky', 'got', 'ofetch', 'undici', 'superagent', 'node-fetch', 'cross-fetch', 'needle']

/** Requests and the clients of services. */
export const serviceRows: readonly Row[] = [
  { packages: http, members: words('get head options'), does: 'reads', what: network, isLikely: true, source: 'axios-http.com/docs/api_intro and its peers: GET and HEAD are safe (RFC 9110, 9.2.1), but an interceptor may do more' },
  { packages: ['axios'], members: words('request'), does: (call, unit) => requestDoes(call, 0, unit), what: network, changes: 'something over the network', isLikely: true, source: 'axios-http.com/docs/api_intro' },
  { packages: ['got', 'ky'], members: words('arrayBuffer blob buffer formData json text'), does: 'pure', source: 'github.com/sindresorhus/got and ky: the body of the request in front of it' },
  { packages: ['ofetch', 'node-fetch', 'cross-fetch', 'undici', 'ky', 'got'], members: words('default fetch $fetch ofetch ky got request'), does: (call, unit) => requestDoes(call, 1, unit), what: network, changes: 'something over the network', isLikely: true, source: 'github.com/unjs/ofetch, github.com/node-fetch/node-fetch, undici.nodejs.org' },
  { packages: ['node-fetch', 'ky', 'ofetch'], types: /^(?:Body|Response|Request)$/, members: words('arrayBuffer blob buffer formData json text'), does: 'reads alone', what: 'a body', source: 'WHATWG Fetch, Body' },
  { packages: ['@aws-sdk/*', '@smithy/*'], members: words('constructor'), does: 'pure', source: 'docs.aws.amazon.com/AWSJavaScriptSDK/v3: clients and commands do nothing until they are sent' },
  { packages: ['@aws-sdk/*', '@smithy/*'], members: words('send'), does: call => (awsCommand(call) ? 'reads' : 'writes'), what: 'from AWS', changes: 'something at AWS', source: 'docs.aws.amazon.com/AWSJavaScriptSDK/v3: a command is named after its operation' },
  { packages: ['@aws-sdk/*', '@smithy/*'], members: /^(?:get|head|list|describe|query|scan)[A-Z]\w*$/, does: 'reads', what: 'from AWS', isLikely: true, source: 'docs.aws.amazon.com/AWSJavaScriptSDK/v3' },
  { packages: ['firebase/firestore', '@firebase/firestore'], members: words('getDoc getDocs getCountFromServer getAggregateFromServer'), does: 'reads', what: 'Firestore', source: 'firebase.google.com/docs/reference/js/firestore' },
  { packages: ['@google-cloud/firestore'], members: words('get getAll count listDocuments listCollections'), does: 'reads', what: 'Firestore', source: 'cloud.google.com/nodejs/docs/reference/firestore' },
  { packages: ['@google-cloud/firestore', 'firebase/firestore', '@firebase/firestore'], members: words('collection doc where orderBy limit select query startAfter offset data exists'), does: 'pure', source: 'firebase.google.com/docs/firestore: queries are built, then run by get' },
  { packages: ['bcrypt', '@node-rs/bcrypt', 'argon2', '@node-rs/argon2'], members: words('hash compare verify genSalt'), does: 'reads', what: 'from a pool of threads', source: 'github.com/kelektiv/node.bcrypt.js: hashing runs on the thread pool' },
  { packages: ['bcryptjs'], members: words('hash compare genSalt'), does: 'reads', what: 'from a computation in slices, between which others go on', source: 'github.com/dcodeIO/bcrypt.js: the async forms yield to the event loop' },
  { packages: ['chrome', 'webextension-polyfill', 'firefox-webext-browser'], members: words('query'), does: 'reads', what: 'the browser', isLikely: true, source: 'developer.chrome.com/docs/extensions/reference/api/tabs#method-query' },
  { packages: ['next', 'next/headers'], members: words('cookies headers draftMode connection'), does: 'pure', source: 'nextjs.org/docs/app/api-reference/functions: they are there already' },
  { packages: ['next', 'next/navigation'], members: words('redirect permanentRedirect notFound forbidden unauthorized'), does: 'orders', source: 'nextjs.org/docs/app/api-reference/functions/redirect: it throws, and nothing behind it may run' },
  { packages: ['next', 'next/cache'], members: /^(?:revalidate|expire|update)/, does: 'writes', what: 'the cache', source: 'nextjs.org/docs/app/api-reference/functions/revalidatePath' },
  { packages: ['i18next'], members: words('createInstance'), does: 'pure', source: 'i18next.com/overview/api#createinstance: an instance of its own' },
  { packages: ['i18next'], members: words('use init changeLanguage setDefaultNamespace loadNamespaces loadLanguages reloadResources addResource addResourceBundle'), does: 'mutates', what: 'translations', isLikely: true, source: 'i18next.com/overview/api: they change the instance, which may be the one of the whole process' },
  { packages: ['next-intl', 'use-intl'], members: /^get[A-Z]/, does: 'pure', source: 'next-intl.dev/docs/environments/server-client-components: the translations of a request are loaded once, whoever asks first' },
  { packages: ['@react-email/render'], members: words('pretty render renderAsync toPlainText'), does: 'pure', isLikely: true, source: 'react.email/docs/utilities/render: it computes, as its components do' },
  { packages: ['hono'], types: words('HonoRequest'), members: words('arrayBuffer blob formData json parseBody text'), does: 'pure', source: 'hono.dev/docs/api/request: the body has come with its head, or nearly' },
  { packages: ['h3'], members: words('readBody readFormData readMultipartFormData readRawBody readValidatedBody'), does: 'pure', source: 'h3.dev/utils/request: the body has come with its head, or nearly' },
  { packages: ['iron-session'], members: words('sealData unsealData'), does: 'pure', source: 'github.com/vvo/iron-session: it seals and opens what it is given' },
  { packages: ['stripe'], members: words('retrieve list search'), does: 'reads', what: 'from Stripe', isLikely: true, source: 'docs.stripe.com/api: GET endpoints' },
  { packages: ['@octokit/*', 'octokit', '@actions/github'], members: /./, does: 'orders', source: 'docs.github.com/rest, best practices: make requests serially' },
  { packages: ['jsonwebtoken', 'jose', 'zod', 'lodash', 'lodash-es', 'lodash/*', 'remeda', 'ramda', 'date-fns', 'date-fns-tz', 'luxon', 'dayjs', 'uuid', 'nanoid', 'ms', 'semver', 'superjson', 'ts-pattern', 'ajv', 'yup', 'valibot', 'nanoid', 'fast-deep-equal', 'ts-invariant', 'bignumber.js', 'decimal.js', 'p-limit', 'p-map', 'klona', 'rfdc', 'clone', 'deepmerge', 'immer', 'json5', 'jsonc-parser', 'yaml', 'js-yaml', 'smol-toml', 'ini', 'fast-xml-parser', 'marked', 'handlebars', 'mustache', 'minimatch', 'micromatch', 'picomatch', 'validator', 'qs', 'query-string', 'url-join', 'slugify', 'change-case', 'clsx', 'classnames', 'chalk', 'picocolors', 'pretty-bytes', 'object-hash', 'html-entities', 'sanitize-html', 'p-all', 'p-props'], members: /./, does: 'pure', isLikely: true, source: 'their documentation: values in, values out; a function that they are given runs' },
  { packages: ['exponential-backoff', 'p-retry', 'async-retry', 'promise-retry', 'ts-retry-promise', '@lifeomic/attempt'], members: /./, does: 'pure', isLikely: true, source: 'github.com/coveooss/exponential-backoff and its peers: they run what they are given, again where it fails' },
  { packages: ['@opentelemetry/*', 'dd-trace', '@sentry/*', 'pino', 'winston', 'loglevel', 'bunyan', 'debug', 'consola', 'signale', 'prom-client', 'newrelic', 'posthog-node', 'posthog-js', '@datadog/*', 'hot-shots'], members: /./, does: 'pure', isLikely: true, source: 'logs, metrics and traces never order two reads' },
  { packages: ['structured-async'], members: words('sleep background createTask run'), does: 'orders', source: 'docs/runtime.md: timers, and work that goes on' },
  { packages: ['structured-async'], members: /./, does: 'pure', source: 'docs/runtime.md: gather and groups run what they are given' },
  { packages: ['react'], members: words('cache use useMemo createElement'), does: 'pure', isLikely: true, source: 'react.dev/reference/react/cache' },
]

/** `client.send(new GetObjectCommand(…))`. */
function awsCommand(call: Parameters<Extract<Row['does'], (...args: never) => unknown>>[0]): boolean {
  const [command] = call.type === 'CallExpression' ? call.arguments : []
  if (!command || command.type === 'SpreadElement') return false
  const value = unwrap(command)
  return value.type === 'NewExpression' && value.callee.type === 'Identifier' && /^(?:Get|Head|List|Describe|Query|Scan|BatchGet)\w*Command$/.test(value.callee.name)
}
