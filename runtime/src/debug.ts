import { currentScope } from './context.js'
import { observer } from './observer.js'
import { allTasks, failed, isTask, stopped, Task } from './task.js'
import type { Waiting } from './waits.js'

/** What is known of a task that has not settled. */
export interface TaskInfo {
  readonly task: Task<unknown>
  /** The name of the task that started it; undefined where none did, or where it was started before this module was loaded. */
  readonly startedBy: string | undefined
  /** How long ago it was started, in milliseconds; undefined where it was started before this module was loaded. */
  readonly age: number | undefined
  /** The names of the tasks that it waits for. */
  readonly waitsFor: readonly string[]
  /** Whether it waits in `sleep`, `abortable` or another wait of the runtime. */
  readonly isInterruptible: boolean
}

interface Origin {
  // Weak: of a chain of tasks that each start the next one, the first would keep all others alive.
  readonly by: WeakRef<Task<unknown>> | undefined
  readonly byName: string | undefined
  readonly at: number
}

interface Channel {
  readonly hasSubscribers: boolean
  publish(message: unknown): void
}

const origins = new WeakMap<Task<unknown>, Origin>()
const host = globalThis as { process?: { getBuiltinModule?: (id: string) => { channel(name: string): Channel } | undefined } }
const diagnostics = host.process?.getBuiltinModule?.('node:diagnostics_channel')
const [started, settled, cancelled] = ['start', 'settle', 'cancel'].map(name => diagnostics?.channel(`structured-async:task:${name}`))

observer.start = task => {
  const by = currentScope()._task
  origins.set(task, { by: by && new WeakRef(by), byName: by?.name, at: performance.now() })
  if (started?.hasSubscribers) started.publish({ task, by })
}
observer.settle = task => {
  if (settled?.hasSubscribers) settled.publish({ task })
}
observer.cancel = (scope, reason) => {
  if (isTask(scope) && cancelled?.hasSubscribers) cancelled.publish({ task: scope, reason })
}

// Node's `console.log` would show what a task keeps inside, of which the built package has the names shortened.
Object.defineProperty(Task.prototype, Symbol.for('nodejs.util.inspect.custom'), { configurable: true, writable: true, value: inspected })

/**
 * Every task that has not settled, in the order in which they were created. To see who started whom, this module must be
 * loaded before the tasks: `node --import structured-async/debug program.js`.
 *
 * The same events are on `diagnostics_channel`, as `structured-async:task:start` `{ task, by }`, `…:settle` `{ task }` and
 * `…:cancel` `{ task, reason }`.
 */
export function inspectTasks(): TaskInfo[] {
  return [...allTasks()].map(task => infoOf(task))
}

/**
 * The same as a tree for people: under each task those that it started.
 *
 * ```text
 * main  1.2 s  waits for fetch, Task-3
 * ├─ fetch  1.1 s  waits in the runtime
 * └─ Task-3  0.4 s
 * ```
 */
export function taskTree(): string {
  const infos = inspectTasks()
  const below = new Map<Task<unknown> | undefined, TaskInfo[]>()
  const alive = new Set(infos.map(({ task }) => task))
  for (const info of infos) {
    const by = origins.get(info.task)?.by?.deref()
    const parent = by && alive.has(by) ? by : undefined
    below.set(parent, [...(below.get(parent) ?? []), info])
  }
  const lines: string[] = []
  const print = (parent: Task<unknown> | undefined, indent: string): void => {
    const children = below.get(parent) ?? []
    children.forEach((info, at) => {
      const isLast = at === children.length - 1
      lines.push(`${parent ? indent + (isLast ? '└─ ' : '├─ ') : ''}${lineOf(info, parent)}`)
      print(info.task, parent ? indent + (isLast ? '   ' : '│  ') : indent)
    })
  }
  print(undefined, '')
  return lines.join('\n')
}

/** What Node's `util.inspect` gives to a custom one. */
type Inspection = [depth: number, options: object, inspect: (value: unknown, options: object) => string]

/** `Task { fetch  0.2 s  waits for Task-3 }`, and with what it gave where it has settled. */
function inspected(this: Task<unknown>, ...[, options, inspect]: Inspection): string {
  if (!this._state) return `Task { ${lineOf(infoOf(this), undefined)} }`
  const outcome = this._state === stopped ? 'cancelled' : `${this._state === failed ? 'failed with' : 'gave'} ${inspect(this._value, options)}`
  return `Task { ${this.name}  ${outcome} }`
}

function infoOf(task: Task<unknown>): TaskInfo {
  const origin = origins.get(task)
  return { task, startedBy: origin?.byName, age: origin && performance.now() - origin.at, waitsFor: [...namesOf(task)], isInterruptible: (task._waiters?.size ?? 0) > 0 }
}

function lineOf({ task, startedBy, age, waitsFor, isInterruptible }: TaskInfo, parent: Task<unknown> | undefined): string {
  const shown = waitsFor.length > 5 ? `${waitsFor.slice(0, 5).join(', ')} and ${waitsFor.length - 5} more` : waitsFor.join(', ')
  return [
    task.name,
    age === undefined ? undefined : `${(age / 1000).toFixed(1)} s`,
    !parent && startedBy !== undefined ? `started by ${startedBy}, which has settled` : undefined,
    task.cancelling() ? 'cancelled' : undefined,
    shown ? `waits for ${shown}` : isInterruptible ? 'waits in the runtime' : undefined,
  ].filter(part => part !== undefined).join('  ')
}

/** The names of the tasks behind what a task waits for: a group, a set and a gather stand for theirs. */
function* namesOf({ _waits: waits }: Waiting): Iterable<string> {
  for (const waited of waits ?? []) {
    if (waited._state) continue
    if ('_name' in waited && origins.has(waited as Task<unknown>)) yield (waited as Task<unknown>).name
    else if (waited._waits) yield* namesOf(waited)
    else if ('_name' in waited) yield (waited as Task<unknown>).name
  }
}
