import type { Column, Constraint, Expression } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { CreateType } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { arrayOf, booleanOf, isAbsent, member, numberOf, objectOf, shown, textMember, textOf } from '../../values.ts'
import { withWrittenType } from '../../written-type.ts'
import { type ColumnState, rawSpec } from '../handles.ts'
import type { Names } from '../names.ts'
import { defaultExpression, quoted, sqlOfValue } from '../sql-value.ts'
import { typeKey, typeText } from './types.ts'

/** A column as Knex writes it, and what it needs beside its definition. */
export interface ReadColumn {
  readonly column: Column
  /** `useNative`: the type that is created first. */
  readonly enumType?: CreateType
  /** PostgreSQL: a COMMENT ON COLUMN follows. */
  readonly comment: boolean
  readonly position?: 'first' | { readonly after: string }
  /** A specification that was not read as a whole. */
  readonly unread: boolean
}

/** The name of a column; `increments()` is called `id` without one. */
function columnName(state: ColumnState, { wrap }: Names): string {
  const [name] = state.args
  if (isAbsent(name)) return wrap('id')
  const written = textOf(name)
  return written === undefined ? shown(name) : wrap(written)
}

/** `keyed`: the table names its primary key itself, so that `increments` is none. */
export function readColumn(state: ColumnState, names: Names, keyed: boolean, span: Span): ReadColumn {
  const { dialect } = names
  const key = typeKey(state.type)
  const name = columnName(state, names)
  const args = state.args.slice(1)
  const mysql = dialect.name === 'mysql' || dialect.name === 'mariadb'
  const postgres = dialect.name === 'postgres'
  const increments = key === 'increments' || key === 'bigincrements'
  const options = increments || key === 'uuid' ? objectOf(args[0]) : undefined
  // Inside `increments` the modifiers are not heard.
  const given = (modifier: string) => (increments ? undefined : state.modifiers.get(modifier))
  // SQLite has no AUTOINCREMENT beside the primary key: there `increments` always is one.
  const primaryKey =
    (dialect.name === 'sqlite' && increments) ||
    (!keyed && (options ? booleanOf(member(options, 'primaryKey')) === true && (increments || postgres) : increments))
  const { text, labels } = typeText(key, args, dialect.name)
  const native = postgres && key === 'enu' ? nativeEnum(args[1], state.table.within) : undefined
  const unsigned = mysql && given('unsigned') !== undefined
  const written = native ? quotedType(native.name) : unsigned ? `${text} unsigned` : text
  const nullable = given('nullable')
  const notNull = nullable !== undefined && booleanOf(nullable[0]) === false
  const comment = textOf(state.modifiers.get('comment')?.[0])
  const collation = textOf(given('collate')?.[0])
  const after = textOf(given('after')?.[0])

  const constraints: Constraint[] = []
  const base = { columns: [name], notValid: false, span }
  if (primaryKey) constraints.push({ kind: 'primaryKey', name: undefined, ...base })
  if (key === 'enu' && !mysql && native === undefined) constraints.push(enumCheck(name, labels, args[0], names, span))
  for (const [modifier, values] of increments ? [] : state.modifiers) {
    const check = checkOf(modifier, values, name, names)
    if (check)
      constraints.push({ kind: 'check', name: check.name, ...base, columns: check.expression.columns, expression: check.expression })
  }

  const column: Column = {
    name,
    type: dialect.parseType(written),
    nullable: !(notNull || primaryKey || increments),
    nullabilityWritten: nullable !== undefined,
    default: defaultOf(given('defaultTo')?.[0], key, names),
    ...(increments && !postgres && primaryKey ? { autoIncrement: true } : {}),
    ...(increments && postgres ? { serial: true } : {}),
    constraints,
    ...(mysql && collation !== undefined ? { collation } : {}),
    ...(mysql && comment !== undefined ? { comment } : {}),
    span,
  }
  return {
    column: key === 'specifictype' ? withWrittenType(column, textOf(args[0]), dialect) : column,
    ...(native && !native.exists ? { enumType: { kind: 'createType', span, name: native.name, form: 'enum', labels: labels ?? [] } } : {}),
    comment: postgres && state.modifiers.has('comment'),
    ...(mysql && given('first')
      ? { position: 'first' as const }
      : mysql && after !== undefined
        ? { position: { after: names.wrap(after) } }
        : {}),
    unread: key === 'specifictype' && textOf(args[0]) === undefined,
  }
}

function quotedType(name: Name): string {
  return name.schema === undefined ? `"${name.name}"` : `"${name.schema}"."${name.name}"`
}

/** `enu(name, values, { useNative: true, enumName, existingType, schemaName })`: a type of its own. */
function nativeEnum(options: Value | undefined, within: string | undefined): { readonly name: Name; readonly exists: boolean } | undefined {
  if (booleanOf(member(options, 'useNative')) !== true) return undefined
  const schema = textMember(options, 'schemaName') ?? within
  const given = member(options, 'enumName')
  const known = textOf(given)
  // Its quotes are written around the name as it is, whatever `wrapIdentifier` says.
  const name = {
    ...(schema === undefined ? {} : { schema }),
    ...(known === undefined ? { name: shown(given), dynamic: true as const } : { name: known }),
  }
  return { name, exists: booleanOf(member(options, 'existingType')) === true }
}

function enumCheck(
  name: string,
  labels: readonly string[] | undefined,
  values: Value | undefined,
  { dialect }: Names,
  span: Span,
): Constraint {
  const items = labels?.map((label) => `'${label.replaceAll("'", "''")}'`) ?? arrayOf(values)?.items.map((item) => `'${shown(item)}'`) ?? []
  const expression = dialect.parseExpression(`${quoted(name, dialect)} in (${items.length > 0 ? items.join(', ') : 'NULL'})`)
  return { kind: 'check', name: undefined, columns: [name], notValid: false, expression, span }
}

/** The name of a CHECK, which Knex does not quote: PostgreSQL folds it. */
export function unquoted(value: Value | undefined, { dialect }: Pick<Names, 'dialect'>): string | undefined {
  const name = textOf(value)
  return dialect.name === 'postgres' ? name?.toLowerCase() : name
}

/** A CHECK that is chained to a column; undefined: the modifier is another one. */
function checkOf(
  modifier: string,
  values: readonly Value[],
  name: string,
  names: Names,
): { readonly name: string | undefined; readonly expression: Expression } | undefined {
  const { dialect } = names
  const column = quoted(name, dialect)
  const made = (sql: string, constraint: Value | undefined) => ({
    name: unquoted(constraint, names),
    expression: dialect.parseExpression(sql),
  })
  const listed = (value: Value | undefined) => (arrayOf(value)?.items ?? []).map((item) => sqlOfValue(item, names)).join(', ') || 'NULL'
  switch (modifier) {
    case 'checkPositive':
      return made(`${column} > 0`, values[0])
    case 'checkNegative':
      return made(`${column} < 0`, values[0])
    case 'checkIn':
      return made(`${column} in (${listed(values[0])})`, values[1])
    case 'checkNotIn':
      return made(`${column} not in (${listed(values[0])})`, values[1])
    case 'checkBetween': {
      const list = arrayOf(values[0])?.items ?? []
      const pairs = list.every((item) => item.kind === 'array') ? list.map((item) => arrayOf(item)!.items) : [list]
      return made(
        pairs.map(([from, to]) => `${column} between ${sqlOfValue(from, names)} and ${sqlOfValue(to, names)}`).join(' or '),
        values[1],
      )
    }
    case 'checkLength':
      return made(`length(${column}) ${textOf(values[0]) ?? '='} ${numberOf(values[1]) ?? 0}`, values[2])
    case 'checkRegex':
      return made(`${column} ${dialect.name === 'postgres' ? '~' : 'REGEXP'} ${sqlOfValue(values[0], names)}`, values[1])
    default:
      return undefined
  }
}

/** The DEFAULT that is sent: MySQL gets none for texts and blobs, and NULL is left out there. */
function defaultOf(value: Value | undefined, key: string, names: Names): Expression | undefined {
  const { dialect } = names
  if (value === undefined || value.kind === 'undefined') return undefined
  const mysql = dialect.name === 'mysql' || dialect.name === 'mariadb'
  if (mysql && (value.kind === 'null' || key === 'blob' || key.includes('text'))) return undefined
  const raw = rawSpec(value)
  if (mysql && (key === 'json' || key === 'jsonb') && !raw && (value.kind === 'object' || value.kind === 'array'))
    return dialect.parseExpression(`(${sqlOfValue(value, names)})`)
  return defaultExpression(value, key, names)
}
