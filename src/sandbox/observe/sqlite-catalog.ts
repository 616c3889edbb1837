import type { CatalogReader, SeedColumn, SeedTable } from '../catalog.ts'
import type { Session } from '../engine.ts'
import { parentsFirst } from './parents-first.ts'
import { indexed, normal, type TableText, tableText } from './sqlite-text.ts'

/** Reads SQLite's catalogue: sqlite_master, the PRAGMA functions, and the texts of the tables for what neither tells (CHECKs, collations). */
export const sqliteCatalog: CatalogReader = {
  catalog: async (session, ignore) => {
    const lines = new Map<string, string>()
    for (const table of await tablesOf(session, ignore)) await describeTable(session, table, lines)
    for (const { type, name, sql, of } of await objects(session)) {
      if (ignore.includes(of)) continue
      if (type === 'index') lines.set(`index ${name}`, indexed(sql))
      if (type === 'view' || type === 'trigger') lines.set(`${type} ${name}`, normal(sql))
    }
    return lines
  },
  contents: async (session, ignore) => {
    const counts = new Map<string, number>()
    for (const { name } of await tablesOf(session, ignore)) {
      const columns = (await columnsOf(session, name)).map((column) => column.name)
      const counted = columns.map((column, i) => `count(${quoted(column)}) AS c${i}`)
      const row = (await session.query(`SELECT ${['count(*) AS n', ...counted].join(', ')} FROM ${quoted(name)}`)).rows[0] ?? {}
      counts.set(name, Number(row.n))
      columns.forEach((column, i) => {
        counts.set(`${name}.${column}`, Number(row[`c${i}`]))
      })
    }
    return counts
  },
  tables: async (session, ignore) => {
    const tables: SeedTable[] = []
    for (const table of await tablesOf(session, ignore)) tables.push(await seedTable(session, table))
    return parentsFirst(tables)
  },
}

interface TableOf {
  readonly name: string
  readonly text: TableText
}

async function objects(session: Session): Promise<readonly { type: string; name: string; of: string; sql: string }[]> {
  const { rows } = await session.query(
    "SELECT type, name, tbl_name AS of, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  )
  return rows.map(({ type, name, of, sql }) => ({ type: String(type), name: String(name), of: String(of), sql: String(sql) }))
}

async function tablesOf(session: Session, ignore: readonly string[]): Promise<readonly TableOf[]> {
  const tables = (await objects(session)).filter(({ type, name }) => type === 'table' && !ignore.includes(name))
  // Tables that a virtual one (full-text search) keeps its rows in are not the project's own.
  const virtual = tables.filter(({ sql }) => /^\s*CREATE\s+VIRTUAL\b/i.test(sql)).map(({ name }) => `${name}_`)
  return tables
    .filter(({ name }) => !virtual.some((prefix) => name.startsWith(prefix)))
    .map(({ name, sql }) => ({ name, text: tableText(sql) }))
}

interface ColumnOf {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly fallback: string | undefined
  /** Place in the primary key, from 1; 0: not part of it. */
  readonly key: number
  readonly generated: 'virtual' | 'stored' | undefined
}

async function columnsOf(session: Session, table: string): Promise<readonly ColumnOf[]> {
  const { rows } = await session.query(`SELECT * FROM pragma_table_xinfo(${text(table)}) WHERE hidden <> 1`)
  return rows.map(({ name, type, notnull, dflt_value, pk, hidden }) => ({
    name: String(name),
    type: String(type),
    required: Number(notnull) === 1,
    fallback: typeof dflt_value === 'string' ? dflt_value : undefined,
    key: Number(pk),
    generated: Number(hidden) === 2 ? 'virtual' : Number(hidden) === 3 ? 'stored' : undefined,
  }))
}

interface KeyOf {
  readonly columns: readonly string[]
  readonly target: string
  readonly targetColumns: readonly string[]
  readonly actions: string
}

async function foreignKeysOf(session: Session, table: string): Promise<readonly KeyOf[]> {
  const { rows } = await session.query(`SELECT * FROM pragma_foreign_key_list(${text(table)}) ORDER BY id, seq`)
  const keys = new Map<number, typeof rows>()
  for (const row of rows) keys.set(Number(row.id), [...(keys.get(Number(row.id)) ?? []), row])
  return Promise.all(
    [...keys.values()].map(async (parts) => {
      const first = parts[0] ?? {}
      const target = String(first.table)
      const named = parts.flatMap(({ to }) => (typeof to === 'string' ? [to] : []))
      return {
        columns: parts.map(({ from }) => String(from)),
        target,
        // Without columns a foreign key means the primary key of its target.
        targetColumns: named.length > 0 ? named : primaryKeyOf(await columnsOf(session, target)),
        actions: [
          ['on update', first.on_update],
          ['on delete', first.on_delete],
        ]
          .filter(([, action]) => action !== 'NO ACTION')
          .map(([when, action]) => ` ${when} ${String(action).toLowerCase()}`)
          .join(''),
      }
    }),
  )
}

async function uniqueOf(session: Session, table: string): Promise<readonly { columns: readonly string[]; origin: string }[]> {
  const { rows } = await session.query(
    `SELECT l.name, l.origin, i.name AS column FROM pragma_index_list(${text(table)}) l, pragma_index_info(l.name) i WHERE l."unique" = 1 AND l.partial = 0 ORDER BY l.name, i.seqno`,
  )
  const found = new Map<string, { columns: string[]; origin: string; expression: boolean }>()
  for (const { name, origin, column } of rows) {
    const index = found.get(String(name)) ?? { columns: [], origin: String(origin), expression: false }
    found.set(String(name), index)
    if (column === null) index.expression = true
    else index.columns.push(String(column))
  }
  return [...found.values()].filter(({ expression }) => !expression)
}

function primaryKeyOf(columns: readonly ColumnOf[]): readonly string[] {
  return columns
    .filter(({ key }) => key > 0)
    .sort((a, b) => a.key - b.key)
    .map(({ name }) => name)
}

async function describeTable(session: Session, { name, text }: TableOf, lines: Map<string, string>): Promise<void> {
  lines.set(`table ${name}`, text.options.join(', '))
  const columns = await columnsOf(session, name)
  for (const column of columns) {
    const collation = text.collations.get(column.name.toLowerCase())
    const expression = text.generated.get(column.name.toLowerCase())
    const words = [
      // No number behind a type's name is gone by, and a default of NULL is none.
      column.type.toLowerCase().replace(/\s*\(.*\)$/s, ''),
      column.required ? 'not null' : '',
      column.fallback === undefined || /^null$/i.test(column.fallback) ? '' : `default ${column.fallback}`,
      collation === undefined ? '' : `collate ${collation}`,
      column.generated === undefined ? '' : `as (${expression ?? '?'}) ${column.generated}`,
    ]
    lines.set(`column ${name}.${column.name}`, words.filter((word) => word !== '').join(' '))
  }
  const key = primaryKeyOf(columns)
  if (key.length > 0) lines.set(`constraint ${name}.primary key`, `(${key.join(', ')})`)
  for (const unique of await uniqueOf(session, name)) {
    if (unique.origin === 'u') lines.set(`constraint ${name}.unique (${unique.columns.join(', ')})`, 'unique')
  }
  for (const foreign of await foreignKeysOf(session, name))
    lines.set(
      `constraint ${name}.foreign key (${foreign.columns.join(', ')})`,
      `references ${foreign.target}(${foreign.targetColumns.join(', ')})${foreign.actions}`,
    )
  for (const check of text.checks)
    lines.set(`constraint ${name}.${check.name ?? `check (${check.condition})`}`, `check (${check.condition})`)
}

async function seedTable(session: Session, { name, text }: TableOf): Promise<SeedTable> {
  const columns = await columnsOf(session, name)
  const key = primaryKeyOf(columns)
  const unique = (await uniqueOf(session, name)).filter(({ origin }) => origin !== 'pk')
  const foreign = await foreignKeysOf(session, name)
  const { rows: triggers } = await session.query(
    `SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '${name.replaceAll("'", "''")}'`,
  )
  return {
    sql: quoted(name),
    name,
    columns: columns.map((column) => seedColumn(column, key)),
    primaryKey: key,
    unique: unique.map((each) => each.columns),
    foreignKeys: foreign.map((each) => ({
      name: `foreign key (${each.columns.join(', ')})`,
      columns: each.columns,
      target: each.target,
      targetColumns: each.targetColumns,
    })),
    checks: text.checks.map(({ source }) => source),
    triggers: triggers.length > 0,
  }
}

function seedColumn({ name, type, required, fallback, generated }: ColumnOf, key: readonly string[]): SeedColumn {
  const length = /\(\s*(\d+)\s*\)/.exec(/char|clob|text/i.test(type) ? type : '')?.[1]
  // An INTEGER PRIMARY KEY is the row's own number, which SQLite gives.
  const identity = key.length === 1 && key[0] === name && /^integer$/i.test(type)
  return {
    name,
    type,
    nullable: !required && !identity,
    hasDefault: fallback !== undefined,
    made: generated === undefined ? (identity ? 'identity' : undefined) : 'generated',
    labels: undefined,
    length: length === undefined ? undefined : Number(length),
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
