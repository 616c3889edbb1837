import type { SeedColumn, SeedTable } from '../catalog.ts'
import { TableBounds } from './bounds.ts'
import type { SeedDialect } from './dialect.ts'
import { looksUnique, modulo, type Texts, type Values, valuesOf } from './values.ts'

/** Every how many rows a nullable column is NULL. */
const nullEvery = 7

/** What one INSERT is to fill. */
export interface Wish {
  readonly rows: number
  /** The row number that it begins with. */
  readonly start: number
  /** Columns without NULLs, as `orders.status`. */
  readonly filled: ReadonlySet<string>
  /** No NULLs at all, and numerals for texts. */
  readonly mild: boolean
  /** Rows that each table has now. */
  readonly counts: ReadonlyMap<string, number>
  /** Only what must have a value gets one. */
  readonly lean: boolean
  /** What texts are made of; words where nothing else is asked for. */
  readonly texts?: Texts
}

/** One INSERT and the rows that it makes, or why there can be none. */
export type Plan = { readonly insert: string; readonly rows: number } | { readonly empty: string }

type ForeignKey = SeedTable['foreignKeys'][number]

/** A part of a row that varies by itself: a column, or the columns of one foreign key. */
interface Part {
  readonly columns: readonly string[]
  readonly capacity: number
  readonly foreign: boolean
  /** Its place in a row number: (i / stride) % capacity. */
  stride: number
  unique: boolean
}

/** Plans the rows of one table. */
export function planTable(table: SeedTable, tables: ReadonlyMap<string, SeedTable>, wish: Wish, dialect: SeedDialect): Plan {
  const bounds = new TableBounds(table.checks, dialect.name)
  const columns = table.columns.filter(({ made }) => made === undefined)
  const parents = new Map<ForeignKey, number>()
  const covered = new Set<string>()
  const nulls = new Set<string>()
  const own = new Set<string>()
  for (const key of table.foreignKeys) {
    const parts = key.columns.filter((name) => !covered.has(name))
    if (parts.length < key.columns.length) continue
    const count = key.target === table.name ? 0 : (wish.counts.get(key.target) ?? 0)
    const optional = key.columns.every((name) => columns.some((column) => column.name === name && column.nullable))
    if (count > 0 && tables.has(key.target) && !(optional && wish.lean)) parents.set(key, count)
    else if (optional) for (const name of key.columns) nulls.add(name)
    // A row may be its own parent, where its key is written by us.
    else if (key.target === table.name && key.targetColumns.every((name) => columns.some((column) => column.name === name)))
      for (const name of key.columns) own.add(name)
    else return { empty: `${key.name} needs rows of ${key.target}, which has none` }
    for (const name of key.columns) covered.add(name)
  }
  const values = new Map<string, (unique: boolean) => Values>()
  for (const column of columns) {
    if (covered.has(column.name)) continue
    const kind = dialect.kindOf(column)
    const limits = bounds.of(column.name)
    if (kind)
      values.set(column.name, (unique) =>
        valuesOf(column, kind, { ...limits, texts: wish.texts ?? (wish.mild ? 'numerals' : 'words') }, unique, dialect),
      )
    else if (column.nullable) nulls.add(column.name)
    else if (!column.hasDefault) return { empty: `no value is known for ${column.name} of type ${column.type}` }
    if (limits.isNull && column.nullable) nulls.add(column.name)
  }
  const parts: Part[] = [
    ...[...parents].map(([key, count]) => ({ columns: key.columns, capacity: count, foreign: true, stride: 1, unique: false })),
    ...[...values].map(([name, of]) => {
      const column = columns.find((each) => each.name === name)!
      const { capacity } = of(true)
      return { columns: [name], capacity, foreign: false, stride: 1, unique: looksUnique(column) && capacity >= wish.start + wish.rows }
    }),
  ]
  const made = new Set(table.columns.filter((column) => column.made !== undefined).map(({ name }) => name))
  const groups = [table.primaryKey, ...table.unique].filter((group) => group.length > 0 && !group.some((name) => made.has(name)))
  const rows = Math.min(wish.rows, ...groups.map((group) => distinct(group, parts, wish)))
  if (rows <= 0) return { empty: 'its keys leave no room for more rows' }

  const i = wish.start === 1 ? 'n' : `(n + ${wish.start - 1})`
  const written: (readonly [string, string])[] = []
  const joins: string[] = []
  const partOf = (name: string) => parts.find((part) => part.columns.includes(name))
  for (const [at, [key, count]] of [...parents].entries()) {
    const alias = `p${at}`
    const target = tables.get(key.target)!
    const list = key.targetColumns.map((name) => dialect.quote(name)).join(', ')
    joins.push(
      `JOIN (SELECT ${list}, row_number() OVER (ORDER BY ${list}) - 1 AS surefoot_place FROM ${target.sql}) ${alias} ON ${alias}.surefoot_place = ${placed(i, partOf(key.columns[0]!), count, dialect)}`,
    )
    for (const [place, name] of key.columns.entries()) {
      const column = columns.find((each) => each.name === name)
      if (column) written.push([name, sometimesNull(`${alias}.${dialect.quote(key.targetColumns[place]!)}`, column, i, table, wish)])
    }
  }
  for (const column of columns) {
    const { name } = column
    const of = values.get(name)
    const required = !column.nullable || groups[0]?.includes(name)
    if (nulls.has(name) || (wish.lean && !required)) {
      if (column.nullable) written.push([name, 'NULL'])
    } else if (of) {
      const part = partOf(name)
      const { write } = of((part?.unique || groups.some((group) => group.includes(name))) ?? false)
      const expression = write(part && part.stride > 1 ? dialect.divide(i, part.stride) : i)
      const always = bounds.of(name).isNull === false
      written.push([name, dialect.cast(always ? expression : sometimesNull(expression, column, i, table, wish), column)])
    }
  }
  for (const key of table.foreignKeys)
    if (key.columns.some((name) => own.has(name)))
      for (const [place, name] of key.columns.entries())
        written.push([name, written.find(([other]) => other === key.targetColumns[place])?.[1] ?? 'NULL'])
  const names = written.map(([name]) => dialect.quote(name))
  if (names.length === 0) return bare(table, rows, dialect)
  const select = `SELECT ${written.map(([, expression]) => expression).join(', ')} FROM ${[dialect.series(rows), ...joins].join(' ')}`
  return { insert: dialect.insert(table.sql, names, select), rows }
}

/** Makes the columns of a key different in every row, and gives how many rows that allows. */
function distinct(group: readonly string[], parts: readonly Part[], wish: Wish): number {
  const mine = parts.filter((part) => part.columns.some((name) => group.includes(name)))
  if (mine.length === 0) return wish.rows
  if (mine.some((part) => part.unique)) return wish.rows
  const free = mine.find((part) => !part.foreign && part.capacity >= wish.start + wish.rows)
  if (free) {
    free.unique = true
    return wish.rows
  }
  let product = 1
  for (const part of mine) {
    if (part.stride === 1) part.stride = product
    product = Math.min(product * part.capacity, 1e9)
  }
  return Math.min(wish.rows, product - (wish.start - 1))
}

/** Which of `count` parents the row `i` has. */
function placed(i: string, part: Part | undefined, count: number, dialect: SeedDialect): string {
  return modulo(part && part.stride > 1 ? dialect.divide(i, part.stride) : i, count)
}

function sometimesNull(expression: string, column: SeedColumn, i: string, table: SeedTable, wish: Wish): string {
  if (!column.nullable || wish.mild || wish.filled.has(`${table.name}.${column.name}`) || table.primaryKey.includes(column.name))
    return expression
  return `CASE WHEN ${modulo(i, nullEvery)} = ${table.columns.indexOf(column) % nullEvery} THEN NULL ELSE ${expression} END`
}

/** A table that makes all its values itself. */
function bare(table: SeedTable, rows: number, dialect: SeedDialect): Plan {
  const insert = dialect.insertDefaults(table.sql, table.columns.find(({ made }) => made === 'identity')?.name, rows)
  return insert === undefined ? { empty: 'it has no column to fill' } : { insert, rows }
}
