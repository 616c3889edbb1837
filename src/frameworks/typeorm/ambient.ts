import type { Script } from '../../ir/migration.ts'
import type { LoadOptions } from '../framework.ts'

type Mode = 'all' | 'each' | 'none'
export type AmbientOf = Pick<Script, 'ambient' | 'ambientBecause' | 'ambientAssumed'>

/** What TypeORM's executor opens around the scripts of one migration. */
interface Ambients {
  readonly up: AmbientOf
  readonly down: AmbientOf
  /** Why TypeORM would run nothing at all: the class sets `transaction` under mode `all`. */
  readonly forbidden: string | undefined
}

/**
 * The executor's transactions: by default all pending migrations run in one; `migrationsTransactionMode` says otherwise, and under `each` and
 * `none` the class property `transaction` overrides it. Reverting undoes one migration in a transaction of its own, whatever the class says
 * (https://github.com/typeorm/typeorm/blob/master/src/migration/MigrationExecutor.ts; run on 0.3.20 and 1.1.1).
 */
export function ambientsOf({ runner, history }: LoadOptions, property: boolean | undefined): Ambients {
  const { transactionMode, transactionModeFrom, dataSource } = history.settings
  const read: Mode | undefined =
    transactionMode === 'all' || transactionMode === 'each' || transactionMode === 'none' ? transactionMode : undefined
  const known = runner.transaction ?? read
  const mode = known ?? 'all'
  const seen = known !== undefined || typeof dataSource === 'string'
  const because =
    runner.transaction !== undefined
      ? `the configuration says that TypeORM runs with transaction mode ${mode}`
      : read !== undefined
        ? `the transaction mode is ${mode}: ${String(transactionModeFrom)}`
        : seen
          ? `TypeORM runs all pending migrations in one transaction; ${String(dataSource)} does not say otherwise`
          : 'TypeORM runs all pending migrations in one transaction unless migrationsTransactionMode says otherwise'
  const assumed = !seen
  if (property !== undefined && (mode !== 'all' || !seen)) {
    const up: AmbientOf = property
      ? { ambient: 'migration', ambientBecause: 'the class says transaction = true', ambientAssumed: false }
      : { ambient: 'none', ambientBecause: 'the class says transaction = false', ambientAssumed: false }
    return { up, down: downOf(mode, because, assumed), forbidden: undefined }
  }
  const up: AmbientOf = {
    ambient: mode === 'all' ? 'all-pending' : mode === 'each' ? 'migration' : 'none',
    ambientBecause: because,
    ambientAssumed: assumed,
  }
  if (property === undefined) return { up, down: revertOf(mode, because, assumed), forbidden: undefined }
  return {
    up: {
      ambient: 'none',
      ambientBecause: `the class sets transaction although ${because}: TypeORM then runs nothing`,
      ambientAssumed: false,
    },
    down: revertOf(mode, because, assumed),
    forbidden: `TypeORM runs no migration at all while this one is pending: it sets transaction, and ${because} (ForbiddenTransactionModeOverrideError). Set migrationsTransactionMode to "each" or "none".`,
  }
}

function revertOf(mode: Mode, because: string, assumed: boolean): AmbientOf {
  if (mode === 'none') return { ambient: 'none', ambientBecause: because, ambientAssumed: assumed }
  return { ambient: 'migration', ambientBecause: 'TypeORM reverts one migration at a time, in a transaction', ambientAssumed: assumed }
}

/** A class that opts out where no data source is seen: the mode is `each`, whose revert opens a transaction, or `none`, whose revert does not. */
function downOf(mode: Mode, because: string, assumed: boolean): AmbientOf {
  if (!assumed) return revertOf(mode, because, assumed)
  return {
    ambient: 'unknown',
    ambientBecause: 'TypeORM reverts in a transaction, whatever the class says, unless the mode is none',
    ambientAssumed: true,
  }
}
