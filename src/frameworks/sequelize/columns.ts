import type { Dialect } from '../../dialects/dialect.ts'
import type { Column, Constraint, DataType, Expression, Reference, UnreadReference } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import { booleanOf, isAbsent, member, shown, textMember, textOf, truthy } from '../values.ts'
import { withWrittenType } from '../written-type.ts'
import { defaultExpression, sqlOfValue } from './expressions.ts'
import { enumName, tableName } from './names.ts'
import { clientSide, dataType, enumLabels, typeSpec, usingOf } from './types.ts'

/** When a constraint is checked, where that is said. */
export type Deferral = Pick<Constraint, 'deferrable' | 'initiallyDeferred'>

/** A column's specification as Sequelize turns it into SQL. */
export interface Attribute {
  readonly column: Column
  /** PostgreSQL: the ENUM type that has to exist; `labels` undefined: not all known. */
  readonly enumType?: { readonly name: Name; readonly labels: readonly string[] | undefined }
  readonly primaryKey: boolean
  readonly reference?: Reference
  readonly deferral: Deferral
  readonly comment?: string
  /** PostgreSQL: how the old values become the new type. */
  readonly using?: Expression
  readonly position?: 'first' | { readonly after: string }
  /** False: no `type` was given, with which Sequelize refuses (changeColumn) or emits nonsense. */
  readonly typed: boolean
  /** The specification itself is not known. */
  readonly unread: boolean
}

/** https://sequelize.org/docs/v6/other-topics/query-interface/: MySQL gives these no DEFAULT (typeWithoutDefault in its query generator). */
const typesWithoutDefault: ReadonlySet<string> = new Set(['BLOB', 'TEXT', 'GEOMETRY', 'JSON'])

/**
 * A type or an object of options is a specification; undefined: the column is VIRTUAL and nothing is emitted. `by`: createTable and changeColumn
 * take the column's name from `field`, addColumn from its own argument; PostgreSQL's query generator takes PRIMARY KEY out of what the two that
 * alter a table emit (`dataTypeMapping`).
 */
export function attribute(
  value: Value,
  key: string,
  table: Name,
  dialect: Dialect,
  span: Span,
  by: 'createTable' | 'addColumn' | 'changeColumn' = 'createTable',
): Attribute | undefined {
  const bare = value.kind !== 'object'
  const typeValue = bare ? value : member(value, 'type')
  const type = typeSpec(typeValue)
  if (type?.key === 'VIRTUAL') return undefined
  const option = (name: string) => (bare ? undefined : member(value, name))
  const postgres = dialect.name === 'postgres'
  // SQLite's changeColumn looks the argument up in the table as it is.
  const isNamedByField = by === 'createTable' || (by === 'changeColumn' && dialect.name !== 'sqlite')
  const name = (isNamedByField ? textOf(option('field')) : undefined) ?? key
  const mysql = dialect.name === 'mysql' || dialect.name === 'mariadb'
  const labels = enumLabels(typeValue, option('values'))
  const enumType = labels && postgres ? { name: enumName(table, name), labels: labels.labels } : undefined
  const using = usingOf(typeValue, dialect)
  const written = dataType(typeValue, dialect, enumType?.name)
  const typed = labels && !postgres && labels.labels && dialect.name !== 'sqlite' ? withLabels(written, labels.labels, dialect) : written

  const primaryKey = truthy(option('primaryKey')) === true && !(postgres && by !== 'createTable')
  const autoIncrement = truthy(option('autoIncrement')) === true
  // SQLite: a key whose type says INT becomes the INTEGER PRIMARY KEY.
  const rowid = dialect.name === 'sqlite' && primaryKey && /int/i.test(typed?.text ?? '')
  const identity = autoIncrement && postgres && truthy(option('autoIncrementIdentity')) === true
  const serial = autoIncrement && postgres && !identity
  const allowNull = option('allowNull')
  // On MySQL and MariaDB Sequelize asks whether it is `false`, on the others whether it is nothing.
  const notNull =
    allowNull !== undefined && (mysql ? booleanOf(allowNull) === false : allowNull.kind === 'null' || truthy(allowNull) === false)
  const reference = referenceOf(value, dialect, table)
  const unique = booleanOf(option('unique')) === true

  const constraints: Constraint[] = []
  if (primaryKey) constraints.push(constraint('primaryKey', name, span))
  if (unique) constraints.push(constraint('unique', name, span))
  const unread = unreadReferences(value, span)
  const comment = textOf(option('comment'))
  const after = textOf(option('after'))
  const defaulted = defaultOf(option('defaultValue'), type?.key, dialect)

  const column: Column = {
    name,
    type: serial ? serialType(type?.key, dialect) : rowid ? dialect.parseType('INTEGER') : typed,
    nullable: !(notNull || primaryKey || serial || identity),
    nullabilityWritten: allowNull !== undefined,
    ...defaulted,
    ...(identity ? { identity: 'by default' as const } : {}),
    ...(autoIncrement && (mysql || (primaryKey && !postgres)) ? { autoIncrement: true } : {}),
    ...(serial ? { serial: true } : {}),
    constraints,
    ...(type?.key === 'CITEXT' && dialect.name === 'sqlite' ? { collation: 'NOCASE' } : {}),
    ...(comment !== undefined && mysql ? { comment } : {}),
    ...(unread.length > 0 ? { unread } : {}),
    span: value.span ?? span,
  }
  return {
    column: withWrittenType(column, textOf(typeValue), dialect),
    ...(enumType ? { enumType } : {}),
    primaryKey,
    ...(reference ? { reference } : {}),
    deferral: deferralOf(member(option('references'), 'deferrable')),
    ...(comment === undefined ? {} : { comment }),
    ...(using ? { using } : {}),
    ...(truthy(option('first')) ? { position: 'first' as const } : after === undefined ? {} : { position: { after } }),
    typed: !isAbsent(typeValue),
    unread: value.kind === 'unknown',
  }
}

function constraint(kind: 'primaryKey' | 'unique', column: string, span: Span): Constraint {
  return { kind, name: undefined, columns: [column], notValid: false, span }
}

function withLabels(type: DataType | undefined, labels: readonly string[], dialect: Dialect): DataType {
  if (type?.labels) return type
  return dialect.parseType(`ENUM(${labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')})`)
}

function serialType(key: string | undefined, dialect: Dialect): DataType {
  return dialect.parseType(key === 'BIGINT' ? 'bigint' : key === 'SMALLINT' ? 'smallint' : 'integer')
}

/** The DEFAULT that is emitted, or why there is none. */
function defaultOf(value: Value | undefined, type: string | undefined, dialect: Dialect): Pick<Column, 'default' | 'clientDefault'> {
  if (value === undefined) return { default: undefined }
  const client = clientSide(value)
  if (client !== undefined) return { default: undefined, clientDefault: client }
  const mysql = dialect.name === 'mysql' || dialect.name === 'mariadb'
  if (mysql && type !== undefined && typesWithoutDefault.has(type)) return { default: undefined, clientDefault: sqlOfValue(value, dialect) }
  return { default: defaultExpression(value, dialect) }
}

/** `references: { model, key }` with `onDelete` and `onUpdate` beside it. */
function referenceOf(value: Value, dialect: Dialect, table: Name): Reference | undefined {
  const references = member(value, 'references')
  if (isAbsent(references)) return undefined
  const model = references!.kind === 'string' ? references! : member(references, 'model', 'table')
  if (model === undefined && references!.kind !== 'unknown') return undefined
  // On PostgreSQL a plain name is put into the schema of the table that refers to it.
  const schema = model?.kind === 'string' && dialect.name === 'postgres' ? table.schema : undefined
  const key = textMember(references, 'key') ?? 'id'
  return {
    table: tableName(model ?? references, dialect.name, { schema }),
    columns: [key],
    ...action(value, 'onDelete'),
    ...action(value, 'onUpdate'),
  }
}

/** Sequelize asks for `references`, and for `onDelete` and `onUpdate` beside it; what is called or put otherwise it does not see. */
function unreadReferences(value: Value, span: Span): readonly UnreadReference[] {
  const references = member(value, 'references')
  if (isAbsent(references)) {
    const other = member(value, 'reference')
    const to = member(other, 'model', 'table')
    return isAbsent(other) || to === undefined ? [] : [{ word: 'reference', to: textOf(to) ?? shown(to), span: other!.span ?? span }]
  }
  return (['onDelete', 'onUpdate'] as const).flatMap((word) => {
    const inside = references!.kind === 'object' ? member(references, word) : undefined
    return isAbsent(inside) || !isAbsent(member(value, word)) ? [] : [{ word, span: inside!.span ?? span }]
  })
}

/** `onDelete` or `onUpdate`, in upper case. */
export function action<K extends 'onDelete' | 'onUpdate'>(value: Value | undefined, name: K): { readonly [key in K]?: string } {
  const written = member(value, name)
  if (isAbsent(written)) return {}
  const found: { [key in K]?: string } = {}
  found[name] = shown(written).toUpperCase()
  return found
}

/** `Deferrable.INITIALLY_DEFERRED` and its like. */
export function deferralOf(value: Value | undefined): Deferral {
  if (value === undefined) return {}
  const kind = value.kind === 'handle' && value.name === 'deferrable' ? value.data : undefined
  if (kind === 'NOT') return { deferrable: false }
  return { deferrable: true, ...(kind === 'INITIALLY_DEFERRED' ? { initiallyDeferred: true as const } : {}) }
}

/** A foreign key of one column. */
export function foreignKey(found: Attribute, name: string | undefined, span: Span): Constraint {
  return {
    kind: 'foreignKey',
    name,
    columns: [found.column.name],
    notValid: false,
    references: found.reference!,
    ...found.deferral,
    span,
  }
}

/** The column with its REFERENCES written in place, as PostgreSQL and SQLite get it. */
export function withReference(found: Attribute, span: Span): Column {
  if (found.reference === undefined) return found.column
  return { ...found.column, constraints: [...found.column.constraints, foreignKey(found, undefined, span)] }
}
