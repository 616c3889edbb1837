import type { Value } from '../../../javascript/value.ts'
import { type CatalogSpec, catalog } from '../../rows.ts'
import { handle, stringValue, textOf } from '../../values.ts'
import { asked, type Call, isPostgres, type Methods, tableOf } from '../call.ts'
import { escaped } from './queries.ts'

/** Describes a table: an object of its columns. The call itself fails when there is no such table. */
function describeTable(call: Call) {
  return asked(undefined, handle('description', { by: 'describe', table: tableOf(call), requires: 'exists' } satisfies CatalogSpec))
}

/** Lists something of a table, or of the whole database. */
function listed(call: Call, options: Value | undefined, ofTable: boolean) {
  return asked(options, catalog({ by: 'catalog', ...(ofTable ? { table: tableOf(call) } : {}), requires: 'unknown' }))
}

function quoted(call: Call) {
  const quote = isPostgres(call) ? '"' : '`'
  const name = textOf(call.args[0])
  return asked(undefined, name === undefined ? escaped(call.args[0]) : stringValue(`${quote}${name.replaceAll(quote, '')}${quote}`))
}

/** Methods that read the catalog, and helpers that only compute. They send nothing that a rule would judge. */
export const catalogMethods: Methods = {
  describeTable,
  assertTableHasColumn: describeTable,
  tableExists: (call) => asked(call.args[1], catalog({ by: 'catalog', table: tableOf(call), requires: 'exists' })),
  showAllTables: (call) => listed(call, call.args[0], false),
  showAllSchemas: (call) => listed(call, call.args[0], false),
  // Sequelize 7
  listTables: (call) => listed(call, call.args[0], false),
  listSchemas: (call) => listed(call, call.args[0], false),
  listDatabases: (call) => listed(call, call.args[0], false),
  showConstraints: (call) => listed(call, call.args[1], true),
  fetchDatabaseVersion: (call) => asked(call.args[0], handle('version')),

  showIndex: (call) => listed(call, call.args[1], true),
  showIndexes: (call) => listed(call, call.args[1], true),
  showConstraint: (call) => listed(call, call.args[2], true),
  getForeignKeyReferencesForTable: (call) => listed(call, call.args[1], true),
  getForeignKeysForTables: (call) => listed(call, call.args[1], false),
  getForeignKeys: (call) => listed(call, call.args[1], false),
  pgListEnums: (call) => listed(call, call.args[1], false),
  nameIndexes: (call) => listed(call, undefined, false),
  databaseVersion: (call) => asked(call.args[0], handle('version')),
  quoteIdentifier: quoted,
  quoteIdentifiers: quoted,
  quoteTable: quoted,
}

/** Of these the value is given at once, without a promise. */
export const immediateMethods: ReadonlySet<string> = new Set(['quoteIdentifier', 'quoteIdentifiers', 'quoteTable'])
