import type { Declared } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import type { DialectName } from '../ir/names.ts'
import { operationsOf, tableOf } from '../ir/visit.ts'
import { withParser } from '../pipeline/engines.ts'
import type { Stage } from './base.ts'
import type { SeedColumn, SeedTable } from './catalog.ts'
import { ServerError, type Session } from './engine.ts'

/** A query as the release that still runs makes it: its columns spelled out, as ORMs do. */
export interface OldQuery {
  readonly table: string
  /** `deletes`: a row that rows of the table refer to. */
  readonly does: 'reads' | 'inserts' | 'updates' | 'deletes'
  readonly sql: string
  /** The model of the application that makes it; undefined: nobody says that anything does. */
  readonly model: { readonly name: string; readonly file: string } | undefined
}

/** What the models of the running release declare: those of the base where changes are judged against one, those that are here otherwise. */
export function declaredBy({ read }: Stage): Promise<Declared | undefined> {
  const { framework, history, load, project, base } = read
  return withParser(load.dialect, () => framework.declared(base?.project ?? project, history))
}

/**
 * Queries on the tables that a migration touches: SELECT, INSERT and UPDATE of the columns that the application's model of a table declares, where there is one, and of
 * all the columns that there are before the migration; and DELETE of rows that the table's rows refer to.
 */
export function oldQueries(
  tables: readonly SeedTable[],
  migration: Migration,
  declared: Declared | undefined,
  dialect: DialectName,
): readonly OldQuery[] {
  return touchedBy(migration, tables).flatMap((table) => {
    const model = declared?.tables.get(table.name) ?? declared?.tables.get(bare(table.name))
    const known = model?.columns
    const own = model && known ? queries(table, dialect, ({ name }) => known.has(name), { name: model.model, file: model.file }) : []
    return [...own, ...queries(table, dialect, () => true, undefined), ...deletes(table, tables, dialect)]
  })
}

/** A parent of a row deleted, by each foreign key of one column. */
function deletes({ name, sql, foreignKeys }: SeedTable, tables: readonly SeedTable[], dialect: DialectName): readonly OldQuery[] {
  return foreignKeys.flatMap(({ columns: [own, ...more], target, targetColumns: [key] }) => {
    const parent = tables.find((table) => table.name === target)
    if (!parent || own === undefined || key === undefined || more.length > 0) return []
    const [from, to] = [quotedFor(dialect, own), quotedFor(dialect, key)]
    const child = `SELECT ${from} FROM ${sql} WHERE ${from} IS NOT NULL LIMIT 1`
    return [{ table: name, model: undefined, does: 'deletes', sql: `DELETE FROM ${parent.sql} WHERE ${to} = (${child})` } as const]
  })
}

/** As ORMs write it: SQLite takes a name in double quotes that it does not know for a text. */
function quotedFor(dialect: DialectName, name: string): string {
  const quote = dialect === 'postgres' ? '"' : '`'
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}

/** Those of the tables that a migration names. */
export function touchedBy(migration: Migration, tables: readonly SeedTable[]): readonly SeedTable[] {
  const touched = new Set([...operationsOf(migration.up)].flatMap(({ operation }) => namesIn(operation)))
  return tables.filter(({ name }) => touched.has(name) || touched.has(bare(name)))
}

/** A table's name without its schema. */
export function bare(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1)
}

function queries(
  { name, sql, columns, primaryKey, unique }: SeedTable,
  dialect: DialectName,
  names: (column: SeedTable['columns'][number]) => boolean,
  model: OldQuery['model'],
): readonly OldQuery[] {
  const quoted = (column: string) => quotedFor(dialect, column)
  const named = columns.filter(names)
  if (named.length === 0) return []
  const keys = new Set([...primaryKey, ...unique.flat()])
  const written = named.filter((column) => column.made === undefined)
  const free = written.filter((column) => !keys.has(column.name)).map((column) => quoted(column.name))
  const required = written.filter(({ nullable, hasDefault }) => !nullable && !hasDefault)
  const own = required
    .filter((column) => keys.has(column.name))
    .map((column) => [quoted(column.name), newKey(column, quoted(column.name), sql, dialect)])
  const all = named.map((column) => quoted(column.name)).join(', ')
  const reads: OldQuery = { table: name, model, does: 'reads', sql: `SELECT ${all} FROM ${sql} LIMIT 1` }
  const inserts = (columns: readonly string[]): readonly OldQuery[] => {
    const list = [...own, ...columns.map((column) => [column, column])]
    const nothing = dialect === 'mysql' || dialect === 'mariadb' ? '() VALUES ()' : 'DEFAULT VALUES'
    if (list.length === 0) return [{ table: name, model, does: 'inserts', sql: `INSERT INTO ${sql} ${nothing}` }]
    const into = list.map(([column]) => column).join(', ')
    const values = list.map(([, value]) => value).join(', ')
    return [{ table: name, model, does: 'inserts', sql: `INSERT INTO ${sql} (${into}) SELECT ${values} FROM ${sql} LIMIT 1` }]
  }
  // An application may leave out what has a default; a model writes all that it declares.
  const least = required.filter((column) => !keys.has(column.name)).map((column) => quoted(column.name))
  const sets = free.map((column) => `${column} = ${column}`).join(', ')
  return [
    reads,
    ...inserts(free),
    ...(model === undefined && least.length < free.length ? inserts(least) : []),
    ...(free.length === 0 ? [] : [{ table: name, model, does: 'updates', sql: `UPDATE ${sql} SET ${sets} WHERE 1 = 1` } as const]),
  ]
}

/** A key that no row has: a number, a UUID or a text, whichever the column can hold. */
function newKey({ type, length }: SeedColumn, quoted: string, table: string, dialect: DialectName): string {
  if (/^uuid$/i.test(type)) return 'gen_random_uuid()'
  if (/int|serial|numeric|decimal|number/i.test(type)) return `(SELECT max(${quoted}) + 1 FROM ${table})`
  if (dialect === 'sqlite') return 'hex(randomblob(16))'
  const text = `(SELECT min(md5(${quoted})) FROM ${table})`
  return length === undefined ? text : `left(${text}, ${length})`
}

/** Tables that an operation names. */
export function namesIn(operation: Parameters<typeof tableOf>[0]): readonly string[] {
  const table = tableOf(operation)
  return [...(table ? [table.name] : []), ...('tables' in operation && operation.tables ? operation.tables.map(({ name }) => name) : [])]
}

/** Runs each query and takes it back. Gives for each what the server said against it; undefined: nothing. */
export async function tryQueries(session: Session, queries: readonly OldQuery[]): Promise<readonly (string | undefined)[]> {
  const said: (string | undefined)[] = []
  for (const { sql } of queries) {
    await session.query('BEGIN')
    try {
      await session.query(sql)
      said.push(undefined)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      said.push(`${error.code}: ${error.message}`)
    } finally {
      await session.query('ROLLBACK')
    }
  }
  return said
}

/** A session of the running release that has its queries prepared, as drivers and poolers keep them. */
export interface Held {
  /** Executes them. Gives for each table what the server said against it; what it takes is not among them. */
  execute(): Promise<ReadonlyMap<string, string>>
}

/**
 * Prepares SELECT * of each of these tables in a session that stays open until its database goes. PostgreSQL alone keeps what a statement gave
 * (https://www.postgresql.org/docs/current/sql-prepare.html); MySQL, MariaDB and SQLite prepare again by themselves.
 */
export async function holdPrepared(session: Session, tables: readonly SeedTable[]): Promise<Held> {
  const prepared: { readonly table: string; readonly name: string }[] = []
  for (const [index, { name: table, sql }] of tables.entries()) {
    const name = `surefoot_held_${index}`
    await session.query(`PREPARE ${name} AS SELECT * FROM ${sql} LIMIT 1`)
    prepared.push({ table, name })
  }
  return {
    execute: async () => {
      const said = new Map<string, string>()
      for (const { table, name } of prepared) {
        try {
          await session.query(`EXECUTE ${name}`)
        } catch (error) {
          if (!(error instanceof ServerError)) throw error
          said.set(table, `${error.code}: ${error.message}`)
        }
      }
      return said
    },
  }
}
