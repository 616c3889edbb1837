import type { Dialect } from '../../dialects/dialect.ts'
import type { Column, Constraint, DataType, Expression } from '../../ir/column.ts'
import { literal } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import type { Span } from '../../source/span.ts'
import { cloneMark } from './builder/table-parts.ts'
import { enumTypeName } from './naming.ts'
import { flag, isKnownText, member, numberOf, optionsOf, textMember, textOf, textsOf } from './read-options.ts'

/** The options of a TableColumn with TypeORM's own defaults filled in; plain data. */
export interface ColumnSpec {
  readonly name: string
  /** As the user wrote it: TypeORM compares types as strings. */
  readonly type: string
  readonly length: string
  readonly precision?: number
  readonly scale?: number
  readonly nullable: boolean
  readonly nullableWritten: boolean
  readonly primary: boolean
  readonly unique: boolean
  readonly array: boolean
  readonly unsigned: boolean
  readonly generated: boolean
  readonly strategy?: string
  readonly generatedIdentity?: string
  readonly default?: string
  /** The default is there, and its text is not known before the migration runs. */
  readonly defaultUnread: boolean
  readonly enum?: readonly string[]
  readonly enumName?: string
  readonly comment?: string
  readonly charset?: string
  readonly collation?: string
  readonly onUpdate?: string
  readonly asExpression?: string
  readonly generatedType?: string
  readonly primaryKeyName?: string
  /** The members that were set on `column.clone()`; the others are those of the column in the schema. */
  readonly cloned?: readonly string[]
  readonly span: Span
}

/** Reads `new TableColumn({…})` or its bare options; undefined when the name or the whole is not known. */
export function columnSpecOf(value: Value | undefined, span: Span): ColumnSpec | undefined {
  const options = optionsOf(value)
  const name = textMember(options, 'name')
  if (options === undefined || name === undefined) return undefined
  const text = (key: string) => textMember(options, key)
  const set = <K extends string, V>(key: K, found: V | undefined) =>
    found === undefined ? {} : ({ [key]: found } as { readonly [P in K]: V })
  const fallback = member(options, 'default')
  const fallbackText = fallback?.kind === 'null' ? undefined : textOf(fallback)
  const nullable = member(options, 'isNullable')
  return {
    name,
    type: text('type') ?? '',
    length: text('length') ?? (numberOf(member(options, 'width')) !== undefined ? String(numberOf(member(options, 'width'))) : ''),
    ...set('precision', numberOf(member(options, 'precision'))),
    ...set('scale', numberOf(member(options, 'scale'))),
    // A nullability that is not known counts as nullable: the finding that it is not would be a guess.
    nullable: flag(nullable, !options.complete && nullable === undefined, true),
    nullableWritten: nullable !== undefined,
    primary: flag(member(options, 'isPrimary'), false),
    unique: flag(member(options, 'isUnique'), false),
    array: flag(member(options, 'isArray'), false),
    unsigned: flag(member(options, 'unsigned'), false),
    generated: flag(member(options, 'isGenerated'), false),
    ...set('strategy', text('generationStrategy')),
    ...set('generatedIdentity', text('generatedIdentity')),
    ...set('default', fallbackText),
    defaultUnread:
      fallback !== undefined &&
      fallback.kind !== 'null' &&
      (fallbackText === undefined || (fallback.kind === 'string' && !isKnownText(fallback))),
    ...set('enum', options.members.has('enum') ? (textsOf(options.members.get('enum')) ?? []) : undefined),
    ...set('enumName', text('enumName')),
    ...set('comment', text('comment')),
    ...set('charset', text('charset')),
    ...set('collation', text('collation')),
    ...set('onUpdate', text('onUpdate')),
    ...set('asExpression', text('asExpression')),
    ...set('generatedType', text('generatedType')),
    ...set('primaryKeyName', text('primaryKeyConstraintName')),
    ...set('cloned', options.members.has(cloneMark) ? [...options.members.keys()].filter((key) => key !== cloneMark) : undefined),
    span: value?.span ?? span,
  }
}

export function isEnum(spec: ColumnSpec): boolean {
  return spec.type === 'enum' || spec.type === 'simple-enum'
}

/** A default that only the running migration knows. */
function unreadExpression(spec: ColumnSpec): Expression {
  return { ...literal(null), sql: spec.default ?? '?', constant: false, isNull: false }
}

/** MySQL needs a length for these, and TypeORM's driver gives it. */
const defaultLengths: Readonly<Record<string, string>> = { varchar: '255', nvarchar: '255', varbinary: '255' }

/** The column as it stands in the SQL that TypeORM emits: `buildCreateColumnSql` of each driver's query runner. */
export function columnOf(spec: ColumnSpec, table: Name, dialect: Dialect): Column {
  const increments = spec.generated && spec.strategy !== 'uuid' && spec.strategy !== 'identity'
  const postgres = dialect.name === 'postgres'
  const uuidDefault = postgres && spec.generated && spec.strategy === 'uuid' && !spec.default
  const clientUuid = !postgres && spec.generated && spec.strategy === 'uuid'
  const serial = postgres && increments && !spec.array && spec.type !== 'uuid'
  const autoIncrement = !postgres && spec.generated && spec.strategy === 'increment'
  const fallback = defaultOf(spec, dialect, uuidDefault)
  const nullable = spec.nullable && !spec.primary
  return {
    name: spec.name,
    type: typeOf(spec, table, dialect),
    nullable,
    nullabilityWritten: spec.nullableWritten,
    default: serial ? undefined : fallback,
    ...(clientUuid ? { clientDefault: 'uuid' } : {}),
    ...(spec.asExpression !== undefined
      ? { generated: { expression: dialect.parseExpression(spec.asExpression), stored: postgres || spec.generatedType === 'STORED' } }
      : {}),
    ...(postgres && spec.generated && spec.strategy === 'identity'
      ? { identity: spec.generatedIdentity === 'ALWAYS' ? ('always' as const) : ('by default' as const) }
      : {}),
    ...(autoIncrement ? { autoIncrement: true } : {}),
    ...(serial ? { serial: true } : {}),
    constraints: checksOf(spec, dialect),
    ...(spec.collation !== undefined ? { collation: spec.collation } : {}),
    ...(spec.charset !== undefined ? { charset: spec.charset } : {}),
    ...(spec.comment !== undefined ? { comment: spec.comment } : {}),
    ...(spec.onUpdate !== undefined && !postgres && dialect.name !== 'sqlite' ? { onUpdate: spec.onUpdate } : {}),
    span: spec.span,
  }
}

function defaultOf(spec: ColumnSpec, dialect: Dialect, uuidDefault: boolean): Expression | undefined {
  if (uuidDefault) return dialect.parseExpression('uuid_generate_v4()')
  if (spec.asExpression !== undefined) return undefined
  if (spec.defaultUnread) return unreadExpression(spec)
  return spec.default === undefined ? undefined : dialect.parseExpression(spec.default)
}

/** SQLite writes the labels of an enum as a CHECK. */
function checksOf(spec: ColumnSpec, dialect: Dialect): readonly Constraint[] {
  if (dialect.name !== 'sqlite' || spec.enum === undefined || spec.array) return []
  const expression = dialect.parseExpression(`"${spec.name}" IN (${spec.enum.map((label) => `'${label}'`).join(',')})`)
  return [{ kind: 'check', name: undefined, columns: [spec.name], notValid: false, expression }]
}

/** The type in the SQL: `createFullType` of each driver. */
export function typeOf(spec: ColumnSpec, table: Name, dialect: Dialect): DataType | undefined {
  if (spec.type === '') return undefined
  if (dialect.name === 'postgres') {
    if (isEnum(spec)) {
      const type = enumTypeName(table, spec.name, spec.enumName)
      const text = type.schema === undefined ? type.name : `${type.schema}.${type.name}`
      return { text, name: type.name, ...(type.schema === undefined ? {} : { schema: type.schema }), args: [], array: spec.array }
    }
    return dialect.parseType(spec.array ? `${fullType(spec)}[]` : fullType(spec))
  }
  if (dialect.name === 'sqlite') return dialect.parseType(spec.enum ? 'varchar' : fullType(spec))
  if (spec.type === 'enum' || spec.type === 'set') {
    const labels = (spec.enum ?? []).map((label) => `'${label.replaceAll("'", "''")}'`)
    return dialect.parseType(`${spec.type}(${labels.join(',')})`)
  }
  const length = spec.length === '' ? (defaultLengths[spec.type] ?? '') : spec.length
  return dialect.parseType(`${fullType({ ...spec, length })}${spec.unsigned ? ' unsigned' : ''}`)
}

function fullType(spec: ColumnSpec): string {
  if (spec.length !== '') return `${spec.type}(${spec.length})`
  if (spec.precision === undefined) return spec.type
  // `timestamp with time zone` takes its precision in the middle.
  const zone = / with(out)? time zone$/.exec(spec.type)
  if (zone) return `${spec.type.slice(0, zone.index)}(${spec.precision})${zone[0]}`
  return spec.scale === undefined ? `${spec.type}(${spec.precision})` : `${spec.type}(${spec.precision},${spec.scale})`
}
