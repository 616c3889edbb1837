import type { Migration, Script } from '../../ir/migration.ts'
import type { Project } from '../../project/project.ts'
import { sessionOf } from '../connection-timeouts.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { statementsOf } from '../happenings.ts'
import { loadModule, type ScriptHost } from '../module-load.ts'
import { sequelizeHost } from './host.ts'

/** Reads a migration's file. Never throws: what cannot be read is an `opaque` operation, or the migration says why it is `unreadable`. */
export function load(entry: Entry, project: Project, options: LoadOptions): Migration {
  const { wrappedBy, zone } = options.history.settings
  const cls = options.runner.cls ?? (wrappedBy !== undefined || options.history.settings.cls === true)
  return loadModule(entry, project, {
    host: () => sequelizeHost(options, project),
    wholeIsUp: true,
    script: (happenings, span, { transactions }) => ({
      ...ambientOf(options, transactions),
      // lib/dialects/sqlite/connection-manager.js switches them on for every connection.
      foreignKeys: true,
      ...sessionOf(
        options.history.settings,
        options.dialect.name,
        typeof zone === 'string' ? { [options.dialect.name === 'postgres' ? 'timezone' : 'time_zone']: zone } : {},
      ),
      statements: statementsOf(happenings, transactions, cls),
      span,
    }),
  }).migration
}

function ambientOf(
  { runner: { transaction }, history }: LoadOptions,
  { fromRunner }: ScriptHost['transactions'],
): Pick<Script, 'ambient' | 'ambientBecause' | 'ambientAssumed' | 'handed'> {
  const { wrappedBy } = history.settings
  const ambient = transaction === 'all' ? 'all-pending' : transaction === 'each' ? 'migration' : 'none'
  const handed = fromRunner === undefined ? {} : ({ handed: true } as const)
  if (transaction !== undefined)
    return { ambient, ambientBecause: 'the configuration says how the runner wraps migrations', ambientAssumed: false, ...handed }
  if (typeof wrappedBy === 'string') {
    const ambientBecause = `${wrappedBy} wraps each migration in a transaction, and useCLS hands it to every call`
    return { ambient: 'migration', ambientBecause, ambientAssumed: false, ...handed }
  }
  const ambientBecause =
    fromRunner === undefined
      ? 'sequelize-cli and umzug open no transaction'
      : 'the migration is given a transaction and passes it to its calls; sequelize-cli and umzug open none'
  return { ambient, ambientBecause, ambientAssumed: false, ...handed }
}
