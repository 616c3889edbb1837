import type { Name } from '../../../ir/names.ts'
import type { AlterTable, CreateTable, DropTable } from '../../../ir/operation.ts'
import { findColumn, findTable } from '../../../schema/schema.ts'
import type { OtherLock } from '../../dialect.ts'
import { defaultLock } from './partitions.ts'
import { distinct, findConstraint, foreignKeysOf, referencesTo } from './relations.ts'
import type { Costs, Place } from './row.ts'
import { free, instant, other, page, unsure, work } from './row.ts'

const alterTable = page('sql-altertable')
const createTable = page('sql-createtable')
const dropTable = page('sql-droptable')

/** The tables that a new table refers to: they are locked, the new one nobody can see. */
function madeFrom(operation: CreateTable, { before }: Place): readonly OtherLock[] {
  const all = [...operation.constraints, ...operation.columns.flatMap((column) => column.constraints)]
  const parents = all.flatMap((constraint) => (constraint.references ? [constraint.references.table] : []))
  const found: OtherLock[] = []
  if (operation.partitionOf) found.push(other(operation.partitionOf, 'ACCESS EXCLUSIVE'), ...defaultLock(operation, before))
  found.push(...distinct(before, parents, operation.table).map((table) => other(table, 'SHARE ROW EXCLUSIVE')))
  found.push(...(operation.inherits ?? []).map((table) => other(table, 'SHARE UPDATE EXCLUSIVE')))
  found.push(...(operation.like ? [other(operation.like, 'ACCESS SHARE')] : []))
  found.push(...(operation.as?.tables ?? []).map((table) => other(table, 'ACCESS SHARE', true)))
  return found
}

/** What falls with a table locks what it hangs on: the parents of its foreign keys and of its partition, its children under CASCADE. */
function fallsFrom(operation: DropTable, { before }: Place): readonly OtherLock[] {
  const table = findTable(before, operation.table)
  const names: Name[] = table?.partitionOf ? [table.partitionOf] : []
  for (const state of foreignKeysOf(table)) if (state.constraint.references) names.push(state.constraint.references.table)
  if (operation.cascade) names.push(...referencesTo(before, operation.table).map((found) => found.table))
  return distinct(before, names, operation.table).map((name) => other(name, 'ACCESS EXCLUSIVE'))
}

/** Does the clause begin with these words? `action` may go on with names. */
const action =
  (...starts: readonly string[]) =>
  (operation: AlterTable) => {
    const clause = operation.action.toUpperCase()
    return starts.some((start) => clause === start || clause.startsWith(`${start} `) || clause.startsWith(`${start}(`))
  }

const parameters = action('SET', 'RESET', 'SET OPTIONS', 'RESET OPTIONS', 'SET RELOPTIONS', 'RESET RELOPTIONS', 'SET STORAGE PARAMETER')

function named(value: string | undefined): readonly Name[] {
  if (value === undefined || value === '') return []
  const dot = value.lastIndexOf('.')
  return [dot === -1 ? { name: value } : { schema: value.slice(0, dot), name: value.slice(dot + 1) }]
}

/** ALTER CONSTRAINT … ENFORCED of a foreign key (18) reads both tables. */
function alteredParent(operation: AlterTable, { before }: Place): readonly OtherLock[] {
  const references = findConstraint(before, operation.table, operation.value)?.constraint.references
  return references ? distinct(before, [references.table], operation.table).map((table) => other(table, 'SHARE ROW EXCLUSIVE', true)) : []
}

export const tables: Costs = {
  createTable: [
    {
      when: (operation, { before }) => operation.ifNotExists && findTable(before, operation.table) !== undefined,
      ...free,
      because: 'a table of that name is there already',
      cite: createTable,
    },
    {
      when: (operation) => operation.partitionOf !== undefined,
      ...instant('ACCESS EXCLUSIVE'),
      queues: 'nothing',
      others: madeFrom,
      because: 'the partitioned table is locked; a DEFAULT partition, if there is one, is locked and read as well',
      cite: createTable,
      proof: 'create-partition',
    },
    // The lock is on a table that no other session can see.
    { ...instant('ACCESS EXCLUSIVE'), queues: 'nothing', others: madeFrom, cite: createTable, proof: 'create-table' },
  ],
  dropTable: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, others: fallsFrom, cite: dropTable, proof: 'drop-table' }],
  renameTable: [{ ...instant('ACCESS EXCLUSIVE'), cite: alterTable, proof: 'rename-table' }],
  alterTable: [
    {
      when: action('SET LOGGED', 'SET UNLOGGED', 'SET ACCESS METHOD'),
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      recurses: true,
      because: 'every row is written anew',
      cite: alterTable,
      proof: 'set-logged',
    },
    {
      when: action('SET TABLESPACE'),
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      buildsIndex: false,
      because: 'the file of the table is copied to the other place',
      cite: alterTable,
      proof: 'set-tablespace',
    },
    {
      since: 18,
      when: (operation, { before }) => action('SET EXPRESSION')(operation) && isVirtual(operation, before),
      ...instant('ACCESS EXCLUSIVE'),
      recurses: true,
      because: 'a virtual column is computed when it is read',
      cite: alterTable,
      proof: 'set-expression-virtual',
    },
    {
      since: 17,
      when: action('SET EXPRESSION'),
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      recurses: true,
      because: 'the column is computed anew for every row',
      cite: alterTable,
      proof: 'set-expression',
    },
    {
      since: 18,
      when: (operation, { statement }) =>
        action('ALTER CONSTRAINT')(operation) && /(?<!\bnot\s+)\benforced\b/i.test(`${operation.action} ${statement.sql ?? ''}`),
      ...work('ACCESS EXCLUSIVE', 'scan'),
      others: alteredParent,
      because: 'every row is looked up in the referenced table',
      cite: alterTable,
      proof: 'constraint-enforced',
    },
    {
      when: action('SET STATISTICS', 'SET COLUMN OPTIONS', 'RESET COLUMN OPTIONS', 'SET ATTRIBUTE OPTIONS', 'RESET ATTRIBUTE OPTIONS'),
      ...instant('SHARE UPDATE EXCLUSIVE'),
      cite: alterTable,
      proof: 'set-statistics',
    },
    {
      when: action('CLUSTER ON', 'SET WITHOUT CLUSTER', 'DETACH PARTITION FINALIZE'),
      ...instant('SHARE UPDATE EXCLUSIVE'),
      cite: alterTable,
      proof: 'cluster-on',
    },
    {
      when: (operation) => /TRIGGER/.test(operation.action.toUpperCase()) && action('ENABLE', 'DISABLE')(operation),
      ...instant('SHARE ROW EXCLUSIVE'),
      recurses: true,
      cite: alterTable,
      proof: 'disable-trigger',
    },
    {
      when: action('INHERIT'),
      ...instant('ACCESS EXCLUSIVE'),
      others: (operation) => named(operation.value).map((parent) => other(parent, 'SHARE UPDATE EXCLUSIVE')),
      cite: alterTable,
      proof: 'inherit',
    },
    {
      when: action('NO INHERIT'),
      ...instant('ACCESS EXCLUSIVE'),
      others: (operation) => named(operation.value).map((parent) => other(parent, 'ACCESS SHARE')),
      cite: alterTable,
      proof: 'no-inherit',
    },
    {
      when: action(
        'ADD IDENTITY',
        'ADD GENERATED',
        'DROP IDENTITY',
        'SET GENERATED',
        'SET IDENTITY',
        'RESTART',
        'DROP EXPRESSION',
        'SET STORAGE',
        'SET COMPRESSION',
        'SET WITHOUT OIDS',
        'SET SCHEMA',
        'OWNER TO',
        'OWNER',
        'REPLICA IDENTITY',
        'OF',
        'NOT OF',
        'ENABLE',
        'DISABLE',
        'FORCE',
        'OPTIONS',
        'NO FORCE',
        'ALTER CONSTRAINT',
        'SET CONSTRAINT',
      ),
      ...instant('ACCESS EXCLUSIVE'),
      cite: alterTable,
      proof: 'alter-table-catalog',
    },
    // https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS
    {
      when: (operation) => parameters(operation) && /user_catalog_table/i.test(`${operation.action} ${operation.value ?? ''}`),
      ...instant('ACCESS EXCLUSIVE'),
      cite: alterTable,
      proof: 'set-user-catalog-table',
    },
    { when: parameters, ...instant('SHARE UPDATE EXCLUSIVE'), cite: alterTable, proof: 'set-storage-parameters' },
    {
      ...unsure('ACCESS EXCLUSIVE'),
      because: 'nothing is known about this clause; ACCESS EXCLUSIVE is what ALTER TABLE takes unless it is noted',
      cite: alterTable,
    },
  ],
  truncate: [
    {
      ...instant('ACCESS EXCLUSIVE'),
      recurses: true,
      others: (operation, { before }) => {
        const found: Name[] = [...operation.tables.slice(1)]
        if (operation.cascade) found.push(...cascading(operation.tables, before))
        return distinct(before, found, operation.tables[0]).map((table) => other(table, 'ACCESS EXCLUSIVE'))
      },
      because: 'the table gets a new, empty file; no row is read',
      cite: page('sql-truncate'),
      proof: 'truncate',
    },
  ],
}

/** Everything that TRUNCATE … CASCADE empties beside the tables that it names. */
function cascading(roots: readonly Name[], before: Place['before']): readonly Name[] {
  const found: Name[] = []
  let open: readonly Name[] = roots
  for (let depth = 0; depth < 100 && open.length > 0; depth++) {
    const next = open.flatMap((table) => referencesTo(before, table).map((reference) => reference.table))
    open = distinct(before, next).filter(
      (name) => !distinct(before, [...roots, ...found]).some((known) => known.name === name.name && known.schema === name.schema),
    )
    found.push(...open)
  }
  return found
}

function isVirtual(operation: AlterTable, before: Place['before']): boolean {
  return operation.column !== undefined && findColumn(before, operation.table, operation.column)?.column.generated?.stored === false
}
