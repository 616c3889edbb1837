import type { Migration } from '../../ir/migration.ts'
import type { Project } from '../../project/project.ts'
import { sessionOf } from '../connection-timeouts.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { statementsOf } from '../happenings.ts'
import { loadModule } from '../module-load.ts'
import { ambientOf } from './ambient.ts'
import { knexHost } from './host.ts'

/** Reads a migration's file. Never throws: what cannot be read is an `opaque` operation, or the migration says why it is `unreadable`. */
export function load(entry: Entry, project: Project, options: LoadOptions): Migration {
  const { foreignKeys, migrationSource } = options.history.settings
  const session = sessionOf(options.history.settings, options.dialect.name)
  const { migration, exports } = loadModule(entry, project, {
    host: (exports) => knexHost(options, exports),
    script: (happenings, span, { transactions }) => ({
      ...ambientOf(options, undefined, 'up'),
      ...(typeof foreignKeys === 'boolean' ? { foreignKeys } : {}),
      ...session,
      statements: statementsOf(happenings, transactions, false),
      span,
    }),
  })
  return {
    ...migration,
    // lib/migrations/migrate/Migrator.js, `_validateMigrationStructure`; a source of the project's own may add what a file lacks.
    ...(migrationSource === true ? {} : { downRequired: `Invalid migration: ${entry.id} must have both an up and down function` }),
    up: { ...migration.up, ...ambientOf(options, exports, 'up') },
    down: migration.down && { ...migration.down, ...ambientOf(options, exports, 'down') },
  }
}
