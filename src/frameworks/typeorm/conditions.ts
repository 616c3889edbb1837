import type { Guard, Loop } from '../../ir/context.ts'
import type { ConditionFacts, HandleValue, Value } from '../../javascript/value.ts'
import { tablePartHandle } from './builder/table-parts.ts'
import { type Answer, handles, type Probe, type Rows } from './handles.ts'
import { nameOfPath } from './naming.ts'
import { textOf } from './read-options.ts'

const catalogs = /information_schema|pg_catalog|\bpg_[a-z]|to_reg(class|type)|sqlite_(master|schema)|^\s*show\s|pragma[\s_]{1,9}table_info/i

const tablePatterns = [
  /\b(?:table_name|tablename|tbl_name|relname)"?\s{0,9}=\s{0,9}('([^']{1,200})'|\$\d{1,2}|\?)/i,
  /\bto_regclass\s{0,9}\(\s{0,9}('([^']{1,200})'|\$\d{1,2}|\?)/i,
  /\btype"?\s{0,9}=\s{0,9}'table'\s{1,9}and\s{1,9}"?name"?\s{0,9}=\s{0,9}('([^']{1,200})'|\?)/i,
  /\bshow\s{1,9}tables\s{1,9}like\s{1,9}('([^']{1,200})'|\?)/i,
  /\btable_info\s{0,9}\(\s{0,9}(["'`]?([\w.]{1,200})["'`]?)\s{0,9}\)/i,
  /\bshow\s{1,9}(?:full\s{1,9})?(?:columns|index|indexes|keys)\s{1,9}(?:from|in)\s{1,9}(["'`]?([\w.]{1,200})["'`]?)/i,
]
const columnPatterns = [
  /\b(?:column_name|attname)"?\s{0,9}=\s{0,9}('([^']{1,200})'|\$\d{1,2}|\?)/i,
  /\bshow\s{1,9}(?:full\s{1,9})?columns\s{1,9}from\s{1,9}\S{1,200}\s{1,9}(?:like|where\s{1,9}field\s{0,9}=)\s{0,9}('([^']{1,200})'|\?)/i,
]

/** Does the query ask the catalog what exists? */
export function asksCatalog({ sql }: Rows): boolean {
  return sql !== undefined && sql.text.length <= 10_000 && catalogs.test(sql.text)
}

/** What a query over the catalog asks for: `SELECT … FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'email'`. */
function catalogGuard(rows: Rows): Guard | undefined {
  const text = rows.sql?.text
  if (text === undefined || !asksCatalog(rows)) return undefined
  const table = comparedTo(text, tablePatterns, rows)
  const column = comparedTo(text, columnPatterns, rows)
  return {
    by: 'catalog',
    requires: 'exists',
    ...(table === undefined ? {} : { table: nameOfPath(table) }),
    ...(column === undefined ? {} : { column }),
  }
}

/** The text that one of these is compared to, written in the SQL or given as a parameter. */
function comparedTo(text: string, patterns: readonly RegExp[], rows: Rows): string | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text)
    if (!match) continue
    if (match[2] !== undefined) return match[2].includes('surefoot_hole_') ? undefined : match[2]
    const placeholder = match[1] ?? ''
    const index = placeholder.startsWith('$') ? Number(placeholder.slice(1)) - 1 : text.slice(0, match.index).split('?').length - 1
    return textOf(rows.parameters[index])
  }
  return undefined
}

function guardOf(value: Value): Guard | undefined {
  if (value.kind !== 'handle') return undefined
  if (value.name === handles.answer || value.name === handles.table) {
    const { table, column } = value.data as Answer
    return { by: 'describe', requires: 'exists', ...(table ? { table } : {}), ...(column === undefined ? {} : { column }) }
  }
  if (value.name === tablePartHandle || value.name === handles.parts || value.name === handles.probed) {
    const { table, column, name, part } = value.data as Probe
    const named = part === 'columns' ? (name ?? column) : undefined
    return { by: 'describe', requires: 'exists', table, ...(named === undefined ? {} : { column: named }) }
  }
  return value.name === handles.rows ? catalogGuard(value.data as Rows) : undefined
}

/** Notes what a `.find` predicate compares a part of a table with; true when it was one. */
function probed(value: Value, other: Value): boolean {
  if (value.kind !== 'handle' || value.name !== handles.probed) return false
  const { probe, property } = value.data as { readonly probe: Probe; readonly property: string }
  const text = textOf(other)
  if (text !== undefined) {
    if (property === 'name') probe.name = text
    else if (property === 'columnNames') probe.column = text
    else if (property === 'referencedTableName') probe.references = text
  }
  return true
}

/** What a condition asks of the database: guards by hasColumn, getTable and queries over the catalog. */
export function conditionOf(facts: ConditionFacts): boolean | { readonly guard: Guard } | undefined {
  const { equality } = facts
  if (equality && (probed(equality.left, equality.right) || probed(equality.right, equality.left))) return undefined
  for (const value of facts.values) {
    const guard = guardOf(value)
    if (guard) return { guard: asksForNothing(facts) ? { ...guard, requires: 'absent' } : guard }
  }
  return undefined
}

/** `rows.length === 0`, `count === '0'`, `!== undefined` turned round. */
function asksForNothing({ equality, text }: ConditionFacts): boolean {
  if (equality) {
    const sides = [equality.left, equality.right]
    const nothing = sides.some(
      (side) =>
        side.kind === 'undefined' ||
        side.kind === 'null' ||
        (side.kind === 'boolean' && !side.value) ||
        textOf(side) === '0' ||
        textOf(side) === 'f',
    )
    return nothing !== equality.negated
  }
  return text.endsWith('< 1') || text.endsWith('<= 0')
}

/** What a loop over rows reads, and whether it reads a bounded part. */
export function loopOf(value: Value): Pick<Loop, 'over' | 'bounded' | 'tables' | 'columns'> | undefined {
  const rows = rowsOf(value)
  if (rows === undefined || rows.aggregate) return undefined
  return {
    over: 'rows',
    bounded: rows.limited ?? false,
    ...(rows.tables ? { tables: rows.tables } : {}),
    ...(rows.columns ? { columns: rows.columns } : {}),
  }
}

function rowsOf(value: Value): Rows | undefined {
  if (value.kind === 'handle') return value.name === handles.rows ? ((value as HandleValue).data as Rows) : undefined
  if (value.kind === 'promise') return rowsOf(value.value)
  if (value.kind !== 'unknown') return undefined
  for (const origin of value.origins ?? []) {
    const rows = rowsOf(origin)
    if (rows) return rows
  }
  return undefined
}
