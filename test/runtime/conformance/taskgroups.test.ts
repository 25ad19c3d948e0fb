// Behaviours of CPython 3.15's Lib/test/test_asyncio/test_taskgroups.py, under the names they have there.
import { describe, expect, it } from 'vitest'
import { CancelledError, createTask, currentTask, InvalidStateError, sleep, taskGroup, TaskGroup, TaskGroupError, type GroupTask } from 'structured-async'
import { failure, tree } from '../failure.js'

const long = 60_000

async function fails(message: string, ms = 1): Promise<never> {
  await sleep(ms)
  throw new Error(message)
}

/** Ends its cancel with an error of its own. */
async function crashesInCleanup(message = 'cleanup'): Promise<void> {
  try {
    await sleep(long)
  } finally {
    throw new Error(message)
  }
}

describe('test_taskgroups', () => {
  it('test_taskgroup_01: two children are awaited at exit, and their results can be read', async () => {
    const [one, two] = await taskGroup(async tg => [tg.createTask(async () => (await sleep(2), 42)), tg.createTask(async () => (await sleep(1), 11))])
    expect([one.result(), two.result()]).toEqual([42, 11])
  })

  it('test_taskgroup_02: a child may be added in the middle of the body', async () => {
    const results = await taskGroup(async tg => {
      const one = tg.createTask(async () => (await sleep(2), 42))
      const first = await one
      const two = tg.createTask(async () => (await sleep(1), 11))
      return [first, two] as const
    })
    expect([results[0], results[1].result()]).toEqual([42, 11])
  })

  it('test_taskgroup_03: cancelling one child by hand disturbs nothing', async () => {
    const [one, two] = await taskGroup(async tg => {
      const one = tg.createTask(async () => (await sleep(long), 42))
      const two = tg.createTask(async () => (await sleep(1), 11))
      await sleep(1)
      one.cancel()
      return [one, two] as const
    })
    expect([one.cancelled(), two.result()]).toEqual([true, 11])
  })

  it('test_taskgroup_04: a child that fails cancels its sibling, and code after the group is not run', async () => {
    let sibling: GroupTask<void> | undefined
    let after = false
    const error = await failure(
      (async () => {
        await taskGroup(async tg => {
          sibling = tg.createTask(() => sleep(long))
          tg.createTask(() => fails('1'))
        })
        after = true
      })(),
    )
    expect([tree(error), sibling?.cancelled(), after]).toEqual([['1'], true, false])
  })

  it('test_cancel_children_on_child_error: several crash, sibling and body are cancelled', async () => {
    const trace: string[] = []
    const error = await failure(
      taskGroup(async tg => {
        tg.createTask(() => sleep(long).catch(e => (trace.push('sibling'), Promise.reject(e))))
        tg.createTask(() => fails('1'))
        tg.createTask(() => crashesInCleanup('2'))
        await sleep(long).catch(e => (trace.push('body'), Promise.reject(e)))
      }),
    )
    expect([tree(error), trace.sort()]).toEqual([['1', '2'], ['body', 'sibling']])
  })

  it('test_cancellation: cancelling the owner cancels five children and keeps the message', async () => {
    let cancelled = 0
    const owner = createTask(() =>
      taskGroup(async tg => {
        for (let at = 0; at < 5; at++) tg.createTask(() => sleep(long).catch(error => (cancelled++, Promise.reject(error))))
      }),
    )
    await sleep(1)
    owner.cancel('enough')
    const error = await failure(owner)
    expect(error).toBeInstanceOf(CancelledError)
    expect([(error as Error).message, cancelled, owner.cancelled()]).toEqual(['enough', 5, true])
  })

  it('test_taskgroup_07: the same while the body waits', async () => {
    const owner = createTask(() =>
      taskGroup(async tg => {
        for (let at = 0; at < 5; at++) tg.createTask(() => sleep(long))
        await sleep(long)
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(await failure(owner)).toBeInstanceOf(CancelledError)
  })

  it('test_taskgroup_08: children that crash in their cleanup win over the cancel of the owner', async () => {
    const owner = createTask(() =>
      taskGroup(async tg => {
        for (let at = 0; at < 5; at++) tg.createTask(() => crashesInCleanup(String(at)))
        await sleep(long)
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual(['0', '1', '2', '3', '4'])
  })

  it('test_taskgroup_09: the body throws after an await: children are cancelled, its error is in the group', async () => {
    let children: GroupTask<void>[] = []
    const error = await failure(
      taskGroup(async tg => {
        children = [tg.createTask(() => sleep(long)), tg.createTask(() => sleep(long))]
        await sleep(1)
        throw new Error('body')
      }),
    )
    expect([tree(error), children.map(child => child.cancelled())]).toEqual([['body'], [true, true]])
  })

  it('test_taskgroup_10: the body throws before any await', async () => {
    let child: GroupTask<void> | undefined
    const error = await failure(
      taskGroup(tg => {
        child = tg.createTask(() => sleep(long))
        throw new Error('body')
      }),
    )
    expect([tree(error), child?.cancelled()]).toEqual([['body'], true])
  })

  it('test_taskgroup_11: owner cancelled, the inner group\'s children crash in cleanup: a group error in a group error', async () => {
    const owner = createTask(() =>
      taskGroup(async () => {
        await taskGroup(async inner => {
          for (let at = 0; at < 2; at++) inner.createTask(() => crashesInCleanup(String(at)))
          await sleep(long)
        })
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual([['0', '1']])
  })

  it('test_taskgroup_12: the same with a sibling in the outer group', async () => {
    const owner = createTask(() =>
      taskGroup(async outer => {
        outer.createTask(() => sleep(long))
        await taskGroup(async inner => {
          for (let at = 0; at < 2; at++) inner.createTask(() => crashesInCleanup(String(at)))
          await sleep(long)
        })
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual([['0', '1']])
  })

  it('test_taskgroup_13: a crash in the outer group cancels the inner one; only the outer error is left', async () => {
    let inner: GroupTask<void> | undefined
    const error = await failure(
      taskGroup(async outer => {
        outer.createTask(() => fails('outer'))
        await taskGroup(async tg => {
          inner = tg.createTask(() => sleep(long))
          await sleep(long)
        })
      }),
    )
    expect([tree(error), inner?.cancelled()]).toEqual([['outer'], true])
  })

  it('test_taskgroup_14: a crash in the inner group: the outer error holds the inner group error', async () => {
    const error = await failure(
      taskGroup(async outer => {
        outer.createTask(() => sleep(long))
        await taskGroup(async inner => {
          inner.createTask(() => fails('inner'))
          await sleep(long)
        })
      }),
    )
    expect(tree(error)).toEqual([['inner']])
  })

  it('test_taskgroup_15: owner cancelled, the body delays in its catch, a child crashes meanwhile', async () => {
    const owner = createTask(() =>
      taskGroup(async tg => {
        tg.createTask(() => crashesInCleanup('child'))
        try {
          await sleep(long)
        } catch (error) {
          await sleep(5)
          throw error
        }
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual(['child'])
  })

  it('test_taskgroup_16: the same through `await task`, which does not hand the cancel on: one or the other arrives', async () => {
    const inner = createTask(() =>
      taskGroup(async tg => {
        tg.createTask(() => fails('child', 5))
        await sleep(long)
      }),
    )
    const owner = createTask(async () => await inner)
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual(['child'])
  })

  it('test_taskgroup_17: an empty group whose body is cancelled', async () => {
    const owner = createTask(() => taskGroup(() => sleep(long)))
    await sleep(1)
    owner.cancel()
    expect(await failure(owner)).toBeInstanceOf(CancelledError)
  })

  it('test_taskgroup_18: a body that turns the cancel into an error of its own', async () => {
    const owner = createTask(() =>
      taskGroup(async () => {
        await sleep(long).catch(() => {
          throw new Error('mine')
        })
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual(['mine'])
  })

  it('test_taskgroup_19: a child\'s error and the error of the body\'s cleanup', async () => {
    const error = await failure(
      taskGroup(async tg => {
        tg.createTask(() => fails('child'))
        await crashesInCleanup('body')
      }),
    )
    expect(tree(error)).toEqual(['child', 'body'])
  })

  it('test_taskgroup_22: cancelling an owner with two children', async () => {
    const owner = createTask(() =>
      taskGroup(async tg => {
        tg.createTask(() => sleep(long))
        tg.createTask(() => sleep(long))
      }),
    )
    await sleep(1)
    owner.cancel()
    expect(await failure(owner)).toBeInstanceOf(CancelledError)
  })

  it('test_taskgroup_23: finished children are dropped', async () => {
    await taskGroup(async tg => {
      for (let at = 0; at < 3; at++) tg.createTask(() => sleep(1))
      expect(tg.size).toBe(3)
      await sleep(10)
      expect(tg.size).toBe(0)
    })
  })

  it('test_taskgroup_24: a child adds children to its group', async () => {
    const done: number[] = []
    await taskGroup(async tg => {
      tg.createTask(async () => {
        for (const at of [1, 2]) tg.createTask(async () => (await sleep(1), done.push(at)))
      })
    })
    expect(done).toEqual([1, 2])
  })

  it('test_taskgroup_25: children that multiply all stop, and there is one error', async () => {
    const error = await failure(
      taskGroup(async tg => {
        const hydra = async (): Promise<void> => {
          await sleep(1)
          tg.createTask(hydra)
          tg.createTask(hydra)
          await sleep(long)
        }
        tg.createTask(hydra)
        await fails('Hercules', 8)
      }),
    )
    expect(tree(error)).toEqual(['Hercules'])
  })

  it('test_taskgroup_task_name', async () => {
    await taskGroup(async tg => {
      expect(tg.createTask(() => sleep(1), { name: 'yolo' }).name).toBe('yolo')
    })
  })

  it('test_taskgroup_no_create_task_after_failure: while it shuts down, a new task is cancelled from the start (asyncio throws)', async () => {
    let called = false
    let late: GroupTask<void> | undefined
    const error = await failure(
      taskGroup(async tg => {
        tg.createTask(() => fails('1'))
        await sleep(long).catch(() => {
          late = tg.createTask(() => {
            called = true
          })
        })
      }),
    )
    expect([tree(error), late?.cancelled(), called]).toEqual([['1'], true, false])
  })

  it('test_taskgroup_context_manager_exit_raises: a child\'s and a resource\'s error are both there, and the owner is not left cancelled', async () => {
    const owner = createTask(async () => {
      const error = await failure(
        taskGroup(async tg => {
          tg.createTask(() => fails('child'))
          try {
            await sleep(long)
          } finally {
                    throw new Error('resource')
          }
        }),
      )
      await sleep(1)
      return [tree(error), currentTask()?.cancelling()]
    })
    expect(await owner).toEqual([['child', 'resource'], false])
  })

  it('test_taskgroup_finished: a finished group owns no more tasks', async () => {
    let group: TaskGroup | undefined
    await taskGroup(async tg => void (group = tg))
    expect(() => group?.createTask(() => sleep(1))).toThrow(InvalidStateError)
  })

  it('test_taskgroup_without_parent_task: works outside any task (asyncio refuses)', async () => {
    expect(currentTask()).toBe(null)
    expect(await taskGroup(async tg => await tg.createTask(async () => 1))).toBe(1)
  })

  it('test_coro_closed_when_tg_closed: a promise handed to a finished group is not left unhandled', async () => {
    let group: TaskGroup | undefined
    await taskGroup(async tg => void (group = tg))
    expect(() => group?.createTask(Promise.reject(new Error('unheard')))).toThrow(InvalidStateError)
    await sleep(5)
  })

  it('test_cancelling_level_preserved: the owner is not left cancelled by a child\'s error', async () => {
    const owner = createTask(async task => {
      await failure(taskGroup(async tg => void tg.createTask(() => fails('1'))))
      await sleep(1)
      return task.cancelling()
    })
    expect(await owner).toBe(false)
  })

  it('test_nested_groups_both_cancelled: inner error handled inside, outer still shuts down', async () => {
    const error = await failure(
      taskGroup(async outer => {
        outer.createTask(() => fails('outer'))
        const inner = await failure(
          taskGroup(async tg => {
            tg.createTask(() => crashesInCleanup('inner'))
            await sleep(long)
          }),
        )
        expect(tree(inner)).toEqual(['inner'])
        await sleep(long)
      }),
    )
    expect(tree(error)).toEqual(['outer'])
  })

  it('test_error_and_cancel: the group error comes first, the cancel hits the next await', async () => {
    const trace: unknown[] = []
    const owner = createTask(async () => {
      const error = await failure(
        taskGroup(async tg => {
          tg.createTask(() => crashesInCleanup('child'))
          await sleep(long)
        }),
      )
      trace.push(tree(error))
      await sleep(1)
      trace.push('not reached')
    })
    await sleep(1)
    owner.cancel()
    expect(await failure(owner)).toBeInstanceOf(CancelledError)
    expect(trace).toEqual([['child']])
  })

  it('test_name: unnamed children are numbered upwards', async () => {
    const names = await taskGroup(async tg => [tg.createTask(() => sleep(1)).name, tg.createTask(() => sleep(1)).name])
    const [one = 0, two = 0] = names.map(name => Number(name.replace('Task-', '')))
    expect(two).toBe(one + 1)
  })

  it('test_cancels_task_if_created_during_creation: a child made while the group shuts down is cancelled too', async () => {
    let ran = false
    const error = await failure(
      taskGroup(async tg => {
        tg.createTask(() => {
          tg.createTask(() => {
            throw new Error('first')
          })
          return sleep(long).then(() => (ran = true))
        })
      }),
    )
    expect([tree(error), ran]).toEqual([['first'], false])
  })

  it('test_cancellation_does_not_leak_out_of_tg', async () => {
    const owner = createTask(async () => {
      await taskGroup(async tg => {
        const child = tg.createTask(() => sleep(long))
        child.cancel()
        await failure(child)
      })
      return await sleep(1, 'still here')
    })
    expect(await owner).toBe('still here')
  })
})

describe('test_taskgroups: cancel (3.15)', () => {
  it('test_taskgroup_cancel_children', async () => {
    const started = performance.now()
    await taskGroup(async tg => {
      tg.createTask(() => sleep(long))
      tg.createTask(() => sleep(long))
      await sleep(1)
      tg.cancel()
    })
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('test_taskgroup_cancel_body: runs to its next await, then stops without an error', async () => {
    const trace: string[] = []
    await taskGroup(async tg => {
      tg.cancel()
      trace.push('to the next await')
      await sleep(long)
      trace.push('not reached')
    })
    expect(trace).toEqual(['to the next await'])
  })

  it('test_taskgroup_cancel_idempotent', async () => {
    await taskGroup(async tg => {
      tg.createTask(() => sleep(long))
      tg.cancel()
      tg.cancel()
    })
  })

  it('test_taskgroup_cancel_after_exit', async () => {
    let group: TaskGroup | undefined
    await taskGroup(async tg => void (group = tg))
    group?.cancel()
  })

  it('test_taskgroup_cancel_before_create_task: the task is cancelled from the start (asyncio throws)', async () => {
    let child: GroupTask<void> | undefined
    await taskGroup(async tg => {
      tg.cancel()
      child = tg.createTask(() => sleep(long))
    })
    expect(child?.cancelled()).toBe(true)
  })

  it('test_taskgroup_cancel_from_child_before_first_suspension', async () => {
    const trace: string[] = []
    await taskGroup(async tg => {
      tg.createTask(async () => {
        tg.cancel()
        await sleep(long)
        trace.push('not reached')
      })
      await sleep(long)
    })
    expect(trace).toEqual([])
  })

  it('test_taskgroup_cancel_keeps_outer_cancellation, with its message', async () => {
    const owner = createTask(() =>
      taskGroup(async tg => {
        tg.createTask(() => sleep(long).catch(() => sleep(5)))
        await sleep(2)
        tg.cancel()
        await sleep(long)
      }),
    )
    await sleep(4)
    owner.cancel('outer')
    expect(((await failure(owner)) as Error).message).toBe('outer')
  })

  it.each([
    ['test_taskgroup_cancel_before_exception', true],
    ['test_taskgroup_cancel_after_exception', false],
  ])('%s: the error is raised', async (_name, before) => {
    const error = await failure(
      taskGroup(async tg => {
        if (before) {
          tg.createTask(() => crashesInCleanup('child'))
          await sleep(1)
          tg.cancel()
        } else {
          tg.createTask(() => Promise.reject(new Error('child')))
          await sleep(0).catch(() => {})
          tg.cancel()
        }
      }),
    )
    expect(tree(error)).toEqual(['child'])
  })

  it.each([
    ['test_taskgroup_body_cancel_before_exception', true],
    ['test_taskgroup_body_cancel_after_exception', false],
  ])('%s: the body\'s error is raised', async (_name, before) => {
    const error = await failure(
      taskGroup(async tg => {
        try {
          if (before) tg.cancel()
          throw new Error('body')
        } finally {
          if (!before) tg.cancel()
        }
      }),
    )
    expect(tree(error)).toEqual(['body'])
  })

  it('test_taskgroup_generator_exit: return() of an async generator that holds a group cancels and joins it', async () => {
    const trace: string[] = []
    async function* generator(): AsyncGenerator<number> {
      const tg = new TaskGroup()
      tg.createTask(async () => {
        try {
          await sleep(long)
        } finally {
          await sleep(1)
          trace.push('cleaned up')
        }
      })
      try {
        yield 1
      } finally {
        tg.cancel()
        await tg[Symbol.asyncDispose]()
      }
    }
    for await (const one of generator()) {
      expect(one).toBe(1)
      break
    }
    expect(trace).toEqual(['cleaned up'])
  })

  it('what can\'t be translated: KeyboardInterrupt and SystemExit (20, 20a, 21a), contexts, entering twice, reference cycles, cancel before entering', () => {
    // JavaScript has one kind of error, no step of entering a group, and a collector that takes cycles.
    expect(TaskGroupError.prototype).toBeInstanceOf(AggregateError)
  })
})
