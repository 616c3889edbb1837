import type { DialectName, Name } from '../ir/names.ts'
import { showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { findIndex, ownerOf } from '../schema/apply-index.ts'
import { ownerKeyOf } from '../schema/edit.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import { notNumbered } from './auto-increment.ts'
import { keptBy, truncateKeptBy } from './kept-tables.ts'
import { missingColumn } from './missing-column.ts'
import { refusalOf } from './refused.ts'
import type { Moment, Walk } from './site.ts'

type SameName = (a: Name, b: Name) => boolean
type SameColumn = (a: string, b: string) => boolean

/** The first step of `down` that the database surely refuses after `up`, with a clause that says why; undefined when none is known. */
export function failingStep(
  up: Walk,
  down: Walk,
  dialect: DialectName,
  sameName: SameName,
  sameColumn: SameColumn,
): { readonly moment: Moment; readonly reason: string } | undefined {
  const gone = goneBefore(up, down, sameName, sameColumn)
  for (const moment of down.moments) {
    const keeper = keptBy(moment, down.moments, dialect)
    const full = truncateKeptBy(moment, down.moments, dialect)
    const kept =
      (keeper && `a foreign key of ${showName(keeper)} still points at it`) ??
      (full && `TRUNCATE ${showName(full.table)} is refused while a foreign key of ${showName(full.keeper)} points at it`)
    const refusal = kept === undefined ? refusalOf(moment, down.moments, dialect) : undefined
    const needed = refusal && `${refusal.keeper} still needs ${refusal.object}`
    const reason =
      gone.get(moment) ?? kept ?? fallenBefore(moment, down) ?? failureOf(moment, dialect) ?? needed ?? missingColumn(moment, dialect)
    if (reason !== undefined) return { moment, reason }
  }
  return undefined
}

/**
 * What is wrong with a text for certain, by PostgreSQL's own grammar, or because the next statement begins in it. Nobody runs a down before it is
 * needed. Left alone are templates, the bodies of functions, and what is another engine's, which dialect-mismatch tells.
 */
export function syntaxErrorOf({ operation, statement }: Moment, dialect: string): string | undefined {
  if (operation.kind !== 'opaque' || operation.because !== 'syntax') return undefined
  if (statement.operations.length > 1 || statement.sql === undefined) return undefined
  if (/^\s*(?:do|create)\b|\{\{|\{%|<%|[@$%#]|(?<!:):(?=["'\w])/i.test(statement.sql)) return undefined
  if (dialect === 'postgres') return /^syntax error at /.test(operation.detail) ? `PostgreSQL answers “${operation.detail}”` : undefined
  const [, next] = /^expected the end of the statement, found "(ALTER|CREATE|DROP|INSERT|TRUNCATE)"$/i.exec(operation.detail) ?? []
  const isNext = next !== undefined && new RegExp(`\\n\\s*${next}\\b`, 'i').test(statement.sql)
  return isNext ? `no semicolon ends it before the ${next} below it` : undefined
}

/** Why the database refuses this step where it stands. */
function failureOf(moment: Moment, dialect: string): string | undefined {
  const { operation, before, conflict } = moment
  if (conflict !== undefined) return conflict
  if (dialect === 'postgres' && operation.kind === 'dropType' && !operation.cascade) {
    const user = columnOfType(operation.name, before)
    return user && `${user} is still of the type ${showName(operation.name)}`
  }
  if (
    dialect === 'postgres' &&
    operation.kind === 'dropIndex' &&
    !operation.context?.guards?.length &&
    !operation.context?.branches?.length
  ) {
    const table = ownerOf(before, operation.name, operation.table)
    const index = table && findIndex(before, table, operation.name, operation.columns)
    return index?.constraint && table ? `the constraint ${index.constraint} of ${showName(table.name)} stands on it` : undefined
  }
  if (dialect !== 'mysql' && dialect !== 'mariadb') return undefined
  if (operation.kind !== 'dropColumn') return notNumbered(moment)
  const table = before.tables.get(before.naming.fold(operation.table.name, 'table'))
  const key = table?.constraints.find(
    ({ constraint }) =>
      constraint.kind === 'foreignKey' && constraint.columns.some((column) => column.toLowerCase() === operation.column.toLowerCase()),
  )
  if (!key) return undefined
  const dropsKey = moment.statement.operations.some((other) => other.kind === 'dropConstraint' && other.name === key.constraint.name)
  return dropsKey
    ? undefined
    : `column ${operation.column} is needed in the foreign key ${key.constraint.name}, which must be dropped first`
}

/** A column of a type, as `table.column`. */
function columnOfType(type: Name, { naming, tables }: Schema): string | undefined {
  const wanted = keyOf(naming, type, 'other')
  for (const table of tables.values())
    for (const { column } of table.columns.values()) {
      const own = column.type && { name: column.type.name, ...(column.type.schema === undefined ? {} : { schema: column.type.schema }) }
      if (own && keyOf(naming, own, 'other') === wanted) return `${showName(table.name)}.${column.name}`
    }
  return undefined
}

/**
 * Steps of `down` that need a table or column which `up` or an earlier step took away and nothing brought back. This holds also where
 * the history does not show the whole table: that it is gone is certain.
 */
function goneBefore(up: Walk, down: Walk, sameName: SameName, sameColumn: SameColumn): Map<Moment, string> {
  const found = new Map<Moment, string>()
  const gone: { table: Name; column: string | undefined }[] = []
  const back = (table: Name, column: string | undefined) => {
    for (let i = gone.length - 1; i >= 0; i--) {
      const one = gone[i]!
      const columnIsBack = column === undefined || (one.column !== undefined && sameColumn(one.column, column))
      if (sameName(one.table, table) && columnIsBack) gone.splice(i, 1)
    }
  }
  const walk = (moment: Moment, judged: boolean) => {
    const { operation } = moment
    const context = operation.context
    const sure = !context?.guards?.length && !context?.branches?.length && context?.block !== 'catch'
    if (context?.block === 'catch') return
    const column = columnNeeded(operation)
    const table = tableNeeded(operation)
    if (judged && sure && table !== undefined && !('ifExists' in operation && operation.ifExists)) {
      const missing = gone.find(
        (one) => sameName(one.table, table) && (one.column === undefined || (column !== undefined && sameColumn(one.column, column))),
      )
      if (missing)
        found.set(
          moment,
          `${missing.column === undefined ? `table ${showName(table)}` : `column ${showName(table)}.${column}`} is not there any more`,
        )
    }
    switch (operation.kind) {
      case 'createTable':
      case 'createView':
        back(operation.kind === 'createTable' ? operation.table : operation.name, undefined)
        break
      case 'renameTable':
        back(operation.to, undefined)
        if (sure && !sameName(operation.table, operation.to)) gone.push({ table: operation.table, column: undefined })
        break
      case 'dropTable':
        if (sure) gone.push({ table: operation.table, column: undefined })
        break
      case 'addColumn':
        back(operation.table, operation.column.name)
        break
      case 'modifyColumn':
        back(operation.table, operation.to.name)
        if (sure && !sameColumn(operation.column, operation.to.name)) gone.push({ table: operation.table, column: operation.column })
        break
      case 'renameColumn':
        back(operation.table, operation.to)
        if (sure && !sameColumn(operation.column, operation.to)) gone.push({ table: operation.table, column: operation.column })
        break
      case 'dropColumn':
        if (sure) gone.push({ table: operation.table, column: operation.column })
        break
      default:
    }
  }
  for (const moment of up.moments) walk(moment, false)
  for (const moment of down.moments) walk(moment, true)
  return found
}

/** The table that an operation cannot do without. */
function tableNeeded(operation: Operation): Name | undefined {
  switch (operation.kind) {
    case 'dropTable':
    case 'renameTable':
    case 'addColumn':
    case 'dropColumn':
    case 'renameColumn':
    case 'modifyColumn':
    case 'alterColumnType':
    case 'setNotNull':
    case 'dropNotNull':
    case 'setDefault':
    case 'dropDefault':
    case 'addConstraint':
    case 'dropConstraint':
    case 'createIndex':
    case 'update':
    case 'delete':
    case 'insert':
      return operation.table
    default:
      return undefined
  }
}

/** The column of it that an operation cannot do without. */
function columnNeeded(operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'dropColumn':
    case 'renameColumn':
    case 'modifyColumn':
    case 'alterColumnType':
    case 'setNotNull':
    case 'dropNotNull':
    case 'setDefault':
    case 'dropDefault':
      return operation.column
    default:
      return undefined
  }
}

/** An index or constraint that was there when `down` began and fell with its column or table before this step drops it. */
function fallenBefore(moment: Moment, down: Walk): string | undefined {
  const { operation, before } = moment
  if (operation.kind !== 'dropIndex' && operation.kind !== 'dropConstraint') return undefined
  if (
    operation.ifExists ||
    operation.context?.guards?.length ||
    operation.context?.branches?.length ||
    operation.context?.block === 'catch'
  )
    return undefined
  const { name } = operation
  if (name === undefined) return undefined
  if (operation.kind === 'dropIndex') {
    const text = operation.name.name
    const has = (schema: Schema) => {
      // MySQL names indexes within their table; elsewhere a name is enough.
      const named = (index: { readonly name: string | undefined }) => index.name?.toLowerCase() === text.toLowerCase()
      if (operation.table) return findTable(schema, operation.table)?.indexes.some(named) === true
      return ownerKeyOf(schema, operation.name) !== undefined
    }
    return has(down.before) && !has(before) ? `the index ${text} fell with what it stood on` : undefined
  }
  const wanted = operation.name!.toLowerCase()
  const has = (schema: Schema) =>
    findTable(schema, operation.table)?.constraints.some(({ constraint }) => constraint.name?.toLowerCase() === wanted) === true
  return has(down.before) && !has(before) ? `the constraint ${operation.name} fell with what it stood on` : undefined
}
