import type { Column, DataType, Expression } from '../../ir/column.ts'
import { type Name, showName } from '../../ir/names.ts'
import type { Operation, OperationOf } from '../../ir/operation.ts'
import type { Moment } from '../../rule/site.ts'
import { foldColumn } from '../../schema/edit.ts'
import { referrersOf } from '../../schema/references.ts'
import { findColumn, findTable, findType, type Schema } from '../../schema/schema.ts'
import type { Table } from '../../schema/table.ts'
import { quoted, typeSql } from '../../sql/write/names.ts'
import { constraintAgain, indexAgain } from './constraints.ts'
import { type Course, goneKey, isOwn, knownTable, nothing, saysMore, type Undo } from './undo.ts'

const unkeptInColumns =
  /\b(?:storage|compression|fdwoptions|invisible|column_format|on\s+conflict|srid|sequence\s+name|increment|minvalue|maxvalue)\b/i

export function undoAddColumn(operation: OperationOf<'addColumn'>, moment: Moment, course: Course): Undo {
  const { before, after } = moment
  const { table: name, column, span, ifNotExists } = operation
  if (course.gone.delete(goneKey(moment, 'column', name, column.name))) return nothing
  const table = findTable(before, name)
  const typed = column.type !== undefined && findType(before, { ...column.type })?.born === course.position
  if (isOwn(moment, name, course) && !typed && !column.constraints.some(({ kind }) => kind === 'foreignKey')) return nothing
  if (before === after) return ifNotExists && table?.born !== -1 ? nothing : `${showName(name)}.${column.name} may be there before`
  if (ifNotExists && !table?.complete) return `${showName(name)}.${column.name} may be there before`
  const drop: Operation = { kind: 'dropColumn', span, table: name, column: column.name, ifExists: false, cascade: false }
  const standing = column.constraints.filter(({ kind }) => kind !== 'notNull')
  if (course.dialect === 'sqlite' && standing.length > 0) return `SQLite drops no column that has a constraint, such as ${column.name}`
  if (course.dialect !== 'mysql' && course.dialect !== 'mariadb') return { operations: [drop] }
  if (standing.some(({ kind }) => kind === 'primaryKey')) return `${column.name} is the primary key of ${showName(name)}`
  // MySQL refuses to drop a column while a foreign key stands on it.
  const operations: Operation[] = []
  for (const constraint of standing) {
    if (constraint.kind !== 'foreignKey' || course.dropsForeignKeys) continue
    if (constraint.name === undefined) return `the server chose the name of the foreign key on ${column.name}`
    operations.push({
      kind: 'dropConstraint',
      span,
      table: name,
      name: constraint.name,
      constraintKind: 'foreignKey',
      ifExists: false,
      cascade: false,
    })
  }
  return { operations: [...operations, drop] }
}

export function undoDropColumn(operation: OperationOf<'dropColumn'>, moment: Moment, course: Course): Undo {
  const { before, after } = moment
  const { table: name, span } = operation
  if (isOwn(moment, name, course)) return nothing
  const state = findColumn(before, name, operation.column)
  if (state?.born === course.position && state.born !== -1) {
    course.gone.add(goneKey(moment, 'column', name, operation.column))
    return nothing
  }
  const shown = `${showName(name)}.${operation.column}`
  const table = findTable(before, name)
  const left = findTable(after, name)
  if (!state?.column.type || !table || !left) return `how ${shown} was defined is not part of the history`
  if (operation.cascade && before.views.size !== after.views.size) return `the views that read ${shown} fell with it`
  if (referrersOf(before, name).some((other) => other !== table && findTable(after, other.name) !== other))
    return `the foreign keys that pointed at ${shown} fell with it`
  const more = saysMore(state.column.span, unkeptInColumns, course)
  if (more !== undefined) return `what ${more} said of ${shown} is not kept`
  const operations: Operation[] = [
    {
      kind: 'addColumn',
      span,
      table: name,
      column: { ...state.column, constraints: [] },
      ifNotExists: false,
      ...placeOf(table, state.column, moment, course),
    },
  ]
  for (const constraint of table.constraints) {
    if (left.constraints.includes(constraint) || constraint.constraint.kind === 'notNull') continue
    const again = constraintAgain(table, constraint, course)
    if (typeof again === 'string') return again
    operations.push({ kind: 'addConstraint', span, table: name, constraint: again })
  }
  for (const index of table.indexes) {
    if (left.indexes.includes(index) || index.constraint !== undefined || index.generated) continue
    const again = indexAgain(name, index, course)
    if (typeof again === 'string') return again
    // MySQL keeps an index over the other columns.
    const shrunk = left.indexes.some((other) => other.name === index.name)
    if (shrunk)
      operations.push({
        kind: 'dropIndex',
        span,
        name: { name: index.name! },
        table: name,
        concurrently: false,
        ifExists: false,
        cascade: false,
      })
    operations.push({ ...again, span })
  }
  return { operations, lost: state.column.generated ? [] : [`the values of ${shown}`] }
}

/** MySQL: where among the others the column stood. Elsewhere a column always comes last. */
function placeOf(table: Table, column: Column, { before }: Moment, course: Course) {
  if ((course.dialect !== 'mysql' && course.dialect !== 'mariadb') || !table.complete) return {}
  const names = [...table.columns.values()].map((state) => state.column.name)
  const at = names.findIndex((name) => foldColumn(before, name) === foldColumn(before, column.name))
  if (at === names.length - 1) return {}
  return { position: at === 0 ? ('first' as const) : { after: names[at - 1]! } }
}

export function undoRenameColumn(operation: OperationOf<'renameColumn'>, moment: Moment, course: Course): Undo {
  const { table, column, to, span } = operation
  if (course.gone.delete(goneKey(moment, 'column', table, to))) {
    course.gone.add(goneKey(moment, 'column', table, column))
    return nothing
  }
  return { operations: [{ kind: 'renameColumn', span, table, column: to, to: column }] }
}

/** Does the column, or its table, fall anyway? A default that calls something may stand on what the same script made, and would keep that. */
function fallsAnyway(
  operation: OperationOf<'alterColumnType' | 'setDefault' | 'dropDefault' | 'setNotNull' | 'dropNotNull'>,
  moment: Moment,
  course: Course,
): boolean {
  const standsAlone = operation.kind !== 'setDefault' || operation.default.functions.length === 0
  return standsAlone && isNew(moment, operation.table, operation.column, course)
}

/** Was the column, or its table, made by this very script? */
function isNew(moment: Moment, table: Name, column: string, course: Course): boolean {
  return isOwn(moment, table, course) || findColumn(moment.before, table, column)?.born === course.position
}

export function undoColumnType(operation: OperationOf<'alterColumnType'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { table, column, span } = operation
  const own = findType(before, { ...operation.type })?.born === course.position
  if (fallsAnyway(operation, moment, course) && !own) return nothing
  const was = findColumn(before, table, column)?.column
  if (!was?.type) return `the type that ${showName(table)}.${column} had is not part of the history`
  if (operation.type.text.toLowerCase() === was.type.text.toLowerCase() && operation.collation === undefined) return nothing
  const collation = operation.collation === undefined ? {} : { collation: was.collation ?? 'default' }
  const back = turnedBack(operation, was.type, before)
  if (typeof back === 'string') return back
  return { operations: [{ kind: 'alterColumnType', span, table, column, type: was.type, ...collation, ...back }] }
}

/** Types between which PostgreSQL converts values by itself when they are assigned: https://www.postgresql.org/docs/current/sql-createcast.html */
const families = [
  'text varchar char',
  'smallint integer bigint numeric real double',
  'date timestamp timestamptz',
  'json jsonb',
  'bit varbit',
]

function familyOf({ name }: DataType): string {
  return families.find((family) => family.split(' ').includes(name.replace(' precision', ''))) ?? name
}

/** How the values become what they were: by themselves, by a cast that is written, or in a way that nobody knows. */
function turnedBack(
  { column, type, using }: OperationOf<'alterColumnType'>,
  old: DataType,
  schema: Schema,
): { readonly using?: Expression } | string {
  // Whatever USING computes, a cast aside, would have to be computed back.
  const written = using?.sql.replace(/::\s*[\w".]+(?:\s*\([\d, ]*\))?(?:\[\])?|\bcast\b|\bas\s[\w". ]+(?=\))/gi, '')
  if (written !== undefined && !/^[\s()]*"?[\w$]+"?[\s()]*$/.test(written)) return `what takes USING ${using!.sql} back is not known`
  const [from, to] = [familyOf(type), familyOf(old)]
  if ((from === to && type.array === old.array) || (to === families[0] && !old.array)) return {}
  // Labels of one enum become those of another through their texts; one that the old type lacks is an error, not a loss.
  const enums = [type, old].every((one) => findType(schema, { ...one })?.form === 'enum')
  if ((from !== families[0] && !enums) || type.array !== old.array) return `${type.text} does not turn into ${old.text} by itself`
  const spelling = { quote: '"', bare: () => false } as const
  const through = enums ? `::text${old.array ? '[]' : ''}` : ''
  const sql = `${quoted(column, spelling)}${through}::${typeSql(old, spelling)}`
  return { using: { sql, constant: false, isNull: false, functions: [], columns: [column], literals: [], casts: [old.name] } }
}

export function undoModifyColumn(operation: OperationOf<'modifyColumn'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { table: name, column, to, span } = operation
  if (isOwn(moment, name, course)) return nothing
  const was = findColumn(before, name, column)?.column
  const shown = `${showName(name)}.${column}`
  if (!was?.type) return `how ${shown} was defined is not part of the history`
  const more = saysMore(was.span, unkeptInColumns, course)
  if (more !== undefined) return `what ${more} said of ${shown} is not kept`
  const table = knownTable(moment, name)
  if (operation.position !== undefined && typeof table === 'string') return table
  const place = operation.position === undefined || typeof table === 'string' ? {} : placeOf(table, was, moment, course)
  return { operations: [{ kind: 'modifyColumn', span, table: name, column: to.name, to: { ...was, constraints: [] }, ...place }] }
}

export function undoDefault(operation: OperationOf<'setDefault' | 'dropDefault'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { table, column, span } = operation
  if (fallsAnyway(operation, moment, course)) return nothing
  const was = findColumn(before, table, column)?.column
  if (!was) return `the default that ${showName(table)}.${column} had is not part of the history`
  if (was.serial) return `the default that ${showName(table)}.${column} had is a sequence of its own`
  if (was.default) return { operations: [{ kind: 'setDefault', span, table, column, default: was.default }] }
  return operation.kind === 'dropDefault' ? nothing : { operations: [{ kind: 'dropDefault', span, table, column }] }
}

export function undoNullability(operation: OperationOf<'setNotNull' | 'dropNotNull'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { table, column, span } = operation
  if (fallsAnyway(operation, moment, course)) return nothing
  const was = findColumn(before, table, column)?.column
  if (!was) return `whether ${showName(table)}.${column} took NULL is not part of the history`
  if (was.nullable === (operation.kind === 'dropNotNull')) return nothing
  return { operations: [{ kind: was.nullable ? 'dropNotNull' : 'setNotNull', span, table, column }] }
}
