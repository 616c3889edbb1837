import type { SeedColumn, SeedTable } from '../catalog.ts'
import { ServerError, type Session } from '../engine.ts'
import type { Plant, Planted } from '../seed.ts'
import { mentioned } from './conditions.ts'
import type { SeedDialect } from './dialect.ts'

/** Puts rows in that plausible data would not have. undefined: a constraint forbids them, or the table has no rows to spoil. */
export async function plant(
  session: Session,
  tables: readonly SeedTable[],
  wanted: Plant,
  dialect: SeedDialect,
): Promise<Planted | undefined> {
  const table = tables.find(({ name }) => name === wanted.table)
  if (!table) return undefined
  const { quote } = dialect
  switch (wanted.kind) {
    case 'null': {
      const query = `SELECT count(*) FROM ${table.sql} WHERE ${quote(wanted.column)} IS NULL`
      const done = await update(session, table, [`${quote(wanted.column)} = NULL`], dialect)
      return done ? { what: `two rows of ${table.name} have no ${wanted.column}`, query } : undefined
    }
    case 'duplicate': {
      if (!wanted.columns.every((name) => table.columns.some((column) => column.name === name))) return undefined
      const names = wanted.columns.map(quote)
      const present = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
      const query = `SELECT ${names.join(', ')}, count(*) FROM ${table.sql} WHERE ${present} GROUP BY ${names.join(', ')} HAVING count(*) > 1`
      const { rows } = await session.query(
        `SELECT ${names.join(', ')} FROM ${table.sql} WHERE ${present} ORDER BY ${names.join(', ')} LIMIT 1`,
      )
      const first = rows[0]
      if (!first) return undefined
      const sets = wanted.columns.map((name) => `${quote(name)} = ${literalOf(first[name], dialect)}`).join(', ')
      const done = await update(session, table, [sets], dialect)
      return done ? { what: `two rows of ${table.name} are alike in ${wanted.columns.join(', ')}`, query } : undefined
    }
    case 'orphan':
      return orphan(session, table, tables, wanted, dialect)
    case 'violation': {
      const query = `SELECT count(*) FROM ${table.sql} WHERE NOT (${wanted.check})`
      const columns = table.columns.filter(({ name }) => mentioned(wanted.check, [name]).length > 0)
      // What another CHECK allows by name is the first that a new one may forbid.
      const tries = columns.flatMap((column) =>
        [...allowed(column.name, table), ...extremes(column, dialect)].map((value) => `${quote(column.name)} = ${value}`),
      )
      for (const sets of tries) {
        if (!(await update(session, table, [sets], dialect))) continue
        const found = await counted(session, query)
        // The check names what the migration makes before it.
        if (found === undefined) return undefined
        if (found > 0) return { what: `two rows of ${table.name} have ${sets.replaceAll(/["`]/g, '')}`, query }
      }
      return undefined
    }
    case 'extreme': {
      const column = table.columns.find(({ name }) => name === wanted.column)
      if (!column) return undefined
      const tries = extremes(column, dialect)
      const set = await update(
        session,
        table,
        tries.map((value) => `${quote(column.name)} = ${value}`),
        dialect,
      )
      if (set === undefined) return undefined
      return {
        what: `two rows of ${table.name} have ${shorten(set.replaceAll(/["`]/g, ''))}`,
        query: valuesThere(column, table, wanted.into, dialect),
      }
    }
  }
}

/** What a column holds: its ends where values have an order that tells, else each value with how often it is there. */
function valuesThere(column: SeedColumn, table: SeedTable, into: 'text' | 'other' | undefined, dialect: SeedDialect): string {
  const name = dialect.quote(column.name)
  const kind = dialect.kindOf(column)?.kind
  const ends = (value: string) => `SELECT min(${value}), max(${value}) FROM ${table.sql}`
  if (kind === 'text' && into !== 'other') return ends(`length(${name})`)
  if (kind !== undefined && ['integer', 'decimal', 'float', 'date', 'timestamp'].includes(kind)) return ends(name)
  const value = kind === 'json' ? dialect.asText(name) : name
  return `SELECT ${value}, count(*) FROM ${table.sql} GROUP BY ${value} ORDER BY count(*) DESC`
}

async function orphan(
  session: Session,
  table: SeedTable,
  tables: readonly SeedTable[],
  wanted: Plant & { kind: 'orphan' },
  dialect: SeedDialect,
): Promise<Planted | undefined> {
  const { quote } = dialect
  const target = tables.find(({ name }) => name === wanted.target)
  const columns = wanted.columns.map((name) => table.columns.find((column) => column.name === name))
  if (!target || target.primaryKey.length !== columns.length || columns.includes(undefined)) return undefined
  const pairs = wanted.columns.map((name, i) => `p.${quote(target.primaryKey[i]!)} = c.${quote(name)}`)
  const present = wanted.columns.map((name) => `c.${quote(name)} IS NOT NULL`)
  const query = `SELECT count(*) FROM ${table.sql} c WHERE ${present.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${target.sql} p WHERE ${pairs.join(' AND ')})`
  const sets = columns.map((column) => `${quote(column!.name)} = ${strange(column!, dialect)}`).join(', ')
  const done = await update(session, table, [sets], dialect)
  return done ? { what: `two rows of ${table.name} name a row of ${target.name} that does not exist`, query } : undefined
}

/** How many rows a query counts; undefined: the server refuses it. */
async function counted(session: Session, query: string): Promise<number | undefined> {
  try {
    const { rows } = await session.query(query)
    return Number(Object.values(rows[0] ?? {})[0])
  } catch (error) {
    if (!(error instanceof ServerError)) throw error
    return undefined
  }
}

/** Tries the texts after SET in turn on two rows; the one that the server took, undefined when it took none. */
async function update(session: Session, table: SeedTable, tries: readonly string[], dialect: SeedDialect): Promise<string | undefined> {
  for (const sets of tries) {
    try {
      const { affected } = await session.query(dialect.updateTwo(table.sql, table.primaryKey, sets, 1))
      if (affected > 0) return sets
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
    }
  }
  return undefined
}

/** A value that no parent has. */
function strange(column: SeedColumn, dialect: SeedDialect): string {
  const kind = dialect.kindOf(column)
  if (kind?.kind === 'uuid') return dialect.cast(dialect.literal('00000000-0000-4000-8000-000000000000'), column)
  if (kind?.kind === 'text') return dialect.literal('none'.slice(0, column.length ?? 4))
  return kind?.kind === 'integer' ? String(Math.min(kind.max, 2147483000)) : '0'
}

/** Texts that CHECKs of the table name together with a column. */
function allowed(column: string, { checks }: SeedTable): readonly string[] {
  return checks.filter((check) => mentioned(check, [column]).length > 0).flatMap((check) => check.match(/'(?:[^']|'')*'/g) ?? [])
}

/** Values at the ends of what a type holds, the most telling first. */
function extremes(column: SeedColumn, dialect: SeedDialect): string[] {
  const kind = dialect.kindOf(column)
  switch (kind?.kind) {
    case 'integer':
      // The lowest first, which no unsigned type holds either.
      return (kind.min < 0 ? [kind.min, kind.max, 0] : [kind.max, kind.min]).map(String)
    case 'decimal':
      return [10 ** Math.min(kind.digits, 15) - 1, -(10 ** Math.min(kind.digits, 15)) + 1, 0].map(String)
    case 'float':
      return ['1e30', '-1e30', '0']
    case 'text':
      return [dialect.literal('x'.repeat(Math.min(column.length ?? 10_000, 10_000))), dialect.literal('')]
    case 'label':
      return (column.labels ?? []).map((label) => dialect.literal(label))
    case 'date':
    case 'timestamp':
      return [dialect.literal('9999-12-31'), dialect.literal('1970-01-02')]
    case 'boolean':
      return ['TRUE', 'FALSE']
    case 'json':
      return [dialect.literal('[]'), dialect.literal('null')]
    default:
      return []
  }
}

function literalOf(value: unknown, dialect: SeedDialect): string {
  if (value === null || value === undefined) return 'NULL'
  return typeof value === 'number'
    ? String(value)
    : typeof value === 'boolean'
      ? String(value).toUpperCase()
      : dialect.literal(String(value))
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 60)}… (${text.length} characters)`
}
