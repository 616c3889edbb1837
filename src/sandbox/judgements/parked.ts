import { operationsOf } from '../../ir/visit.ts'
import { describe } from '../base.ts'
import { nameHere } from '../catalog.ts'
import type { Trial } from '../trial.ts'

/**
 * A build of an index CONCURRENTLY that is cancelled while it waits for an open writer, and `up` once more: what is wrong then, in words. Undefined: nothing is, or there
 * is no such build, or nobody can stand in its way here.
 */
export function parked(trial: Trial): Promise<string | undefined> {
  return trial.once('parked', async () => {
    const { prober: open, runner, engine } = trial.stage
    const build = [...operationsOf(trial.migration.up)]
      .map(({ operation }) => operation)
      .find((each) => each.kind === 'createIndex' && each.concurrently)
    if (!open || engine.dialect !== 'postgres' || build?.kind !== 'createIndex') return undefined
    const table = nameHere(build.table)
    trial.stage.tell('a build that is cancelled, and the retry')
    const database = await trial.copy()
    const prober = await open(database)
    const run = () => runner.run({ database, entry: trial.entry, direction: 'up', trace: false })
    try {
      const before = await trial.state(database)
      if (!before.contents.has(table)) return undefined
      let first: Awaited<ReturnType<typeof run>> | undefined
      await prober.behind(
        'writer',
        table,
        async () => {
          first = await run()
        },
        { cancel: true },
      )
      // Something before the build may have waited, and been cancelled, in its place.
      if (first?.failure === undefined || !/\bCONCURRENTLY\b/i.test(first.statements.at(-1)?.sql ?? '')) return undefined
      const left = [...(await trial.state(database)).catalog].find(([thing, what]) => isInvalid(what) && !before.catalog.has(thing))
      if (!left) return undefined
      const [index] = left
      const retry = await run()
      const cancelled = `cancelled while it waits for a writer, the build leaves ${index} INVALID`
      if (retry.failure) return `${cancelled}; the retry fails: ${describe(retry.failure)}`
      const after = (await trial.state(database)).catalog.get(index)
      return after !== undefined && isInvalid(after) ? `${cancelled}; the retry goes through and leaves it so` : undefined
    } finally {
      await prober.close()
      trial.drop(database)
    }
  })
}

function isInvalid(what: string): boolean {
  return /\binvalid\b/i.test(what)
}
