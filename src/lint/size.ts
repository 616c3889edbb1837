import type { Name } from '../ir/names.ts'
import type { Severity } from '../rule/finding.ts'
import type { TableSize } from '../rule/site.ts'
import { keyOf, type Schema } from '../schema/schema.ts'

const megabyte = 1024 * 1024
const small = { rows: 10_000, bytes: 10 * megabyte }
const large = { rows: 10_000_000, bytes: 10 * 1024 * megabyte }

/**
 * Looks tables up in statistics by their name there: `schema.table`, or the table's alone. A name without a schema is that of the only table
 * that is called so, or of the default schema's.
 */
export function sizesIn(
  tables: Readonly<Record<string, TableSize>>,
  { naming }: Pick<Schema, 'naming'>,
): (name: Name) => TableSize | undefined {
  const byKey = new Map<string, TableSize>()
  const byTable = new Map<string, TableSize | 'several'>()
  for (const [written, size] of Object.entries(tables)) {
    const dot = written.indexOf('.')
    const name = dot < 0 ? { name: written } : { schema: written.slice(0, dot), name: written.slice(dot + 1) }
    byKey.set(keyOf(naming, name), size)
    const table = naming.fold(name.name, 'table')
    byTable.set(table, byTable.has(table) ? 'several' : size)
  }
  return (name) => {
    const exact = byKey.get(keyOf(naming, name))
    if (exact || name.schema !== undefined) return exact
    const found = byTable.get(naming.fold(name.name, 'table'))
    return found === 'several' ? undefined : found
  }
}

/** A severity where the harm grows with the table: a small one is no matter, a warning about a very large one is an error. */
export function bySize(severity: Severity, { rows, bytes }: TableSize): Severity {
  if (rows < small.rows && (bytes ?? 0) < small.bytes) return 'info'
  return rows > large.rows || (bytes ?? 0) > large.bytes ? 'error' : severity
}

/** "about 12 million rows, 3.2 GB" */
export function showSize({ rows, bytes }: TableSize): string {
  const count = rows >= 1_000_000 ? `${short(rows / 1_000_000)} million` : rows.toLocaleString('en-US')
  return `about ${count} rows${bytes === undefined ? '' : `, ${showBytes(bytes)}`}`
}

function showBytes(bytes: number): string {
  if (bytes >= 1024 * megabyte) return `${short(bytes / 1024 / megabyte)} GB`
  return bytes >= megabyte ? `${short(bytes / megabyte)} MB` : `${Math.ceil(bytes / 1024)} KB`
}

function short(number: number): string {
  return number >= 100 ? String(Math.round(number)) : String(Number(number.toPrecision(2)))
}
