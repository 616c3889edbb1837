import type { Script } from '../../ir/migration.ts'
import type { ModuleExports } from '../../javascript/interpret.ts'
import type { LoadOptions } from '../framework.ts'
import { booleanOf, member } from '../values.ts'

/**
 * What Knex's migrator opens around a script (lib/migrations/migrate/Migrator.js, `latest`, `_useTransaction`, `_waterfallBatch`; run on
 * 3.3): `migrate:latest` runs all pending migrations in one transaction, on every client; with `disableTransactions`, or where a pending
 * one exports `config = { transaction: false }`, each has its own or none. A rollback undoes them one by one, each in a transaction of its own.
 */
export function ambientOf(
  { runner, history }: LoadOptions,
  exports: ModuleExports | undefined,
  direction: 'up' | 'down',
): Pick<Script, 'ambient' | 'ambientBecause' | 'ambientAssumed'> {
  const own = transactionOf(exports)
  const disabled = history.settings.disableTransactions === true
  const file = history.settings.knexfile
  if (own === false)
    return { ambient: 'none', ambientBecause: 'the migration exports config = { transaction: false }', ambientAssumed: false }
  if (runner.transaction !== undefined) {
    const each = direction === 'down' || runner.transaction === 'each'
    const ambient = runner.transaction === 'none' ? 'none' : each ? 'migration' : 'all-pending'
    return { ambient, ambientBecause: 'the configuration says how the runner wraps migrations', ambientAssumed: false }
  }
  if (disabled && own !== true)
    return { ambient: 'none', ambientBecause: `${String(file)} sets disableTransactions`, ambientAssumed: false }
  if (disabled)
    return { ambient: 'migration', ambientBecause: 'the migration exports config = { transaction: true }', ambientAssumed: false }
  const ambientAssumed = typeof file !== 'string'
  if (direction === 'down')
    return { ambient: 'migration', ambientBecause: 'Knex undoes migrations one by one, each in a transaction', ambientAssumed }
  return { ambient: 'all-pending', ambientBecause: 'knex migrate:latest runs all pending migrations in one transaction', ambientAssumed }
}

/** `exports.config = { transaction: false }`. */
function transactionOf(exports: ModuleExports | undefined): boolean | undefined {
  const config = exports?.values.get('config') ?? member(exports?.values.get('default'), 'config')
  return booleanOf(member(config, 'transaction'))
}
