import type { Column, DataType } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { findColumn, findTable, findType, type Schema } from '../../schema/schema.ts'
import { changeOfUnknown, changeOfUnknownClone } from './change-unknown.ts'
import { type ColumnSpec, columnOf, isEnum, typeOf } from './column-spec.ts'
import { dropColumn, type Lowering } from './lowering.ts'
import { enumTypeName, generatedName } from './naming.ts'

/** The old column as TypeORM sees it: the object that the user passed, or what it reads from the catalog. */
interface Old {
  readonly name: string
  readonly type: string
  readonly length: string
  readonly array: boolean
  readonly generated: boolean
  readonly stored: boolean
  readonly nullable: boolean
  readonly default: string | undefined
  readonly labels: readonly string[] | undefined
  readonly precision: string | undefined
  readonly scale: string | undefined
  readonly unique: boolean | undefined
  readonly comment: string | undefined
}

interface Details {
  readonly column: string
  readonly old?: ColumnSpec
  readonly to: ColumnSpec
}

/** information_schema's spelling of PostgreSQL's types: TypeORM compares the user's word with it, letter by letter. */
const catalogNames: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  char: 'character',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
  varbit: 'bit varying',
  serial: 'integer',
  bigserial: 'bigint',
  smallserial: 'smallint',
}
/** Words for types that PostgreSQL's catalog never says: a column given by one of them always differs from what is there. */
const aliases = new Set([
  'varchar',
  'char',
  'int',
  'int2',
  'int4',
  'int8',
  'bool',
  'decimal',
  'float',
  'float4',
  'float8',
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
  'varbit',
])
/** MySQL's own default lengths, which TypeORM reads as no length. */
const mysqlLengths: Readonly<Record<string, string>> = { varchar: '255', char: '1', binary: '1' }
const withLength = new Set(['varchar', 'char', 'character varying', 'character', 'bit', 'bit varying', 'nvarchar', 'binary', 'varbinary'])

/**
 * changeColumn: on PostgreSQL and MySQL the column is dropped and added anew when type, length, array or generation differ as strings; else
 * it is altered in place. SQLite's rebuild copies the rows, so that it changes in place too.
 */
export function changeColumn(lowering: Lowering): readonly Operation[] {
  const { table, before, dialect, operation } = lowering
  const details = operation.details as Details
  const { column } = details
  const state = findColumn(before, table, column)?.column
  const old = details.old ? ofSpec(details.old) : state ? ofState(state, table, before, lowering.dialect.name) : undefined
  const to = details.to.cloned ? cloned(details.to, details.to.cloned, old) : details.to
  if (to === undefined) return changeOfUnknownClone(lowering, column, details.to, details.to.cloned ?? [])
  if (dialect.name === 'postgres') return onPostgres(lowering, column, old, to, details.old)
  if (dialect.name === 'sqlite') return inPlace(lowering, column, old, to)
  return onMysql(lowering, column, old, to)
}

function ofSpec(spec: ColumnSpec): Old {
  return {
    name: spec.name,
    type: spec.type,
    length: spec.length,
    array: spec.array,
    generated: spec.generated,
    stored: spec.generatedType === 'STORED',
    nullable: spec.nullable,
    default: spec.default,
    labels: spec.enum,
    precision: spec.precision === undefined ? undefined : String(spec.precision),
    scale: spec.scale === undefined ? undefined : String(spec.scale),
    unique: spec.unique,
    comment: spec.comment,
  }
}

function ofState(column: Column, table: Name, before: Schema, dialect: string): Old | undefined {
  const type = column.type
  if (type === undefined) return undefined
  const user = findType(before, nameOfType(type))
  const name = user?.form === 'enum' ? 'enum' : dialect === 'postgres' ? (catalogNames[type.name] ?? type.name) : type.name
  const sized = withLength.has(name) ? (type.args[0] ?? '') : ''
  const length = dialect === 'postgres' ? sized : mysqlLengths[name] === sized ? '' : sized
  const unique = findTable(before, table)?.constraints.some(
    ({ constraint }) => constraint.kind === 'unique' && constraint.columns.length === 1 && constraint.columns[0] === column.name,
  )
  return {
    name: column.name,
    type: name,
    length,
    array: type.array,
    generated: column.serial === true || column.autoIncrement === true || column.identity !== undefined,
    stored: column.generated?.stored ?? false,
    nullable: column.nullable,
    default: column.default?.sql,
    labels: user?.form === 'enum' ? user.labels.map((label) => label.value) : type.labels,
    precision: sized === '' ? type.args[0] : undefined,
    scale: sized === '' ? type.args[1] : undefined,
    unique,
    comment: column.comment,
  }
}

/** The old column with the members that were set on its clone. */
function cloned(to: ColumnSpec, written: readonly string[], old: Old | undefined): ColumnSpec | undefined {
  if (old === undefined) return written.includes('type') ? to : undefined
  const has = (member: string) => written.includes(member)
  const fallback = has('default') ? to.default : old.default
  const { default: _, ...rest } = to
  return {
    ...rest,
    name: has('name') ? to.name : old.name,
    type: has('type') ? to.type : old.type,
    length: has('length') ? to.length : old.length,
    nullable: has('isNullable') ? to.nullable : old.nullable,
    array: has('isArray') ? to.array : old.array,
    generated: has('isGenerated') ? to.generated : old.generated,
    unique: has('isUnique') ? to.unique : (old.unique ?? false),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(has('enum') || old.labels === undefined ? {} : { enum: old.labels }),
    ...(has('precision') || old.precision === undefined ? {} : { precision: Number(old.precision) }),
    ...(has('scale') || old.scale === undefined ? {} : { scale: Number(old.scale) }),
    ...(has('comment') || old.comment === undefined ? {} : { comment: old.comment }),
  }
}

function nameOfType(type: DataType): Name {
  return type.schema === undefined ? { name: type.name } : { schema: type.schema, name: type.name }
}

function onPostgres(
  lowering: Lowering,
  column: string,
  old: Old | undefined,
  to: ColumnSpec,
  oldSpec: ColumnSpec | undefined,
): readonly Operation[] {
  if (old === undefined) return aliases.has(to.type) ? recreate(lowering, column, to, oldSpec) : changeOfUnknown(lowering, column, to)
  const type = to.type === 'simple-enum' ? 'enum' : to.type
  const before = old.type === 'simple-enum' ? 'enum' : old.type
  if (before !== type || old.length !== to.length || old.array !== to.array || (!old.stored && to.generatedType === 'STORED'))
    return recreate(lowering, column, to, oldSpec)
  return inPlace(lowering, column, old, to)
}

function onMysql(lowering: Lowering, column: string, old: Old | undefined, to: ColumnSpec): readonly Operation[] {
  const { operation, table, dialect } = lowering
  if (old === undefined) return changeOfUnknown(lowering, column, to)
  const generation = old.generated !== to.generated && to.strategy !== 'uuid'
  if (generation || old.type !== to.type || old.length !== to.length) return recreate(lowering, column, to, undefined)
  const modify: Operation = { kind: 'modifyColumn', span: operation.span, table, column, to: columnOf(to, table, dialect) }
  return [modify, ...uniqueness(lowering, old, to)]
}

/** Rows of the column are lost: it is dropped, and added as something new. */
function recreate(lowering: Lowering, column: string, to: ColumnSpec, oldSpec: ColumnSpec | undefined): readonly Operation[] {
  const { operation, table, dialect, before } = lowering
  const postgres = dialect.name === 'postgres'
  const { span } = operation
  const dropped: readonly Operation[] = postgres
    ? dropColumn(lowering, { column, ifExists: false, ...(oldSpec ? { spec: oldSpec } : {}) })
    : [{ kind: 'dropColumn', span, table, column, ifExists: false, cascade: false }]
  const type = postgres && isEnum(to) ? enumTypeName(table, to.name, to.enumName) : undefined
  const falls = type && dropped.some((one) => one.kind === 'dropType' && one.name.name === type.name)
  const created: Operation[] =
    type && (falls || !findType(before, type)) ? [{ kind: 'createType', span, name: type, form: 'enum', labels: to.enum ?? [] }] : []
  const added: Operation = { kind: 'addColumn', span, table, column: columnOf(to, table, dialect), ifNotExists: false }
  return [...dropped, ...created, added, ...(to.unique ? [uniqueOn(lowering, to)] : [])]
}

function uniqueOn({ operation, table, dialect }: Lowering, to: ColumnSpec): Operation {
  const { span } = operation
  if (dialect.name === 'mysql' || dialect.name === 'mariadb')
    return {
      kind: 'createIndex',
      span,
      table,
      name: generatedName('IDX', table, [to.name]),
      keys: [{ column: to.name }],
      unique: true,
      concurrently: false,
      ifNotExists: false,
      only: false,
    }
  return {
    kind: 'addConstraint',
    span,
    table,
    constraint: { kind: 'unique', name: generatedName('UQ', table, [to.name]), columns: [to.name], notValid: false },
  }
}

function uniqueness(lowering: Lowering, old: Old, to: ColumnSpec): readonly Operation[] {
  const { operation, table, before, dialect } = lowering
  if (old.unique === undefined || old.unique === to.unique) return []
  if (to.unique) return [uniqueOn(lowering, to)]
  const { span } = operation
  const name = findTable(before, table)?.constraints.find(
    ({ constraint }) => constraint.kind === 'unique' && constraint.columns.length === 1 && constraint.columns[0] === old.name,
  )?.constraint.name
  if (dialect.name === 'mysql' || dialect.name === 'mariadb')
    return [
      {
        kind: 'dropIndex',
        span,
        name: { name: name ?? generatedName('IDX', table, [old.name]) },
        table,
        columns: [old.name],
        concurrently: false,
        ifExists: false,
        cascade: false,
      },
    ]
  return [
    {
      kind: 'dropConstraint',
      span,
      table,
      name: name ?? generatedName('UQ', table, [old.name]),
      constraintKind: 'unique',
      columns: [old.name],
      ifExists: false,
      cascade: false,
    },
  ]
}

/** The steps that keep the rows: rename, type, nullability, default, comment, unique. */
function inPlace(lowering: Lowering, column: string, old: Old | undefined, to: ColumnSpec): readonly Operation[] {
  const { operation, table, dialect } = lowering
  const { span } = operation
  const operations: Operation[] = []
  if (column !== to.name) operations.push({ kind: 'renameColumn', span, table, column, to: to.name })
  const type = typeOf(to, table, dialect)
  const precise = old !== undefined && (differs(old.precision, to.precision) || differs(old.scale, to.scale))
  const typed = dialect.name === 'sqlite' && (old === undefined || old.type !== type?.name || old.length !== to.length)
  const relabelled =
    dialect.name === 'postgres' &&
    isEnum(to) &&
    old?.labels !== undefined &&
    to.enum !== undefined &&
    old.labels.join('\0') !== to.enum.join('\0')
  if (relabelled && old?.labels && to.enum) operations.push(...enumChange(lowering, old.labels, to))
  else if (type && (precise || typed)) operations.push({ kind: 'alterColumnType', span, table, column: to.name, type })
  if (old === undefined ? to.nullableWritten && !to.nullable : old.nullable && !to.nullable)
    operations.push({ kind: 'setNotNull', span, table, column: to.name })
  else if (old !== undefined && !old.nullable && to.nullable) operations.push({ kind: 'dropNotNull', span, table, column: to.name })
  const fallback = columnOf(to, table, dialect).default
  if (fallback && plain(old?.default) !== plain(fallback.sql))
    operations.push({ kind: 'setDefault', span, table, column: to.name, default: fallback })
  else if (fallback === undefined && old?.default !== undefined && !to.generated)
    operations.push({ kind: 'dropDefault', span, table, column: to.name })
  if (dialect.name === 'postgres' && old !== undefined && (old.comment ?? '') !== (to.comment ?? ''))
    operations.push({ kind: 'comment', span, on: 'COLUMN', name: table, column: to.name })
  if (old !== undefined) operations.push(...uniqueness(lowering, old, to))
  return operations
}

function differs(old: string | undefined, now: number | undefined): boolean {
  return now !== undefined && old !== String(now)
}

/** A default without the casts and brackets that a catalog adds. */
function plain(sql: string | undefined): string | undefined {
  return sql
    ?.replace(/::[a-z_ ]{1,60}$/i, '')
    .replace(/^\((.*)\)$/, '$1')
    .toLowerCase()
}

/** Labels added at the end: ADD VALUE. Any other change: a new type, the column cast to it, the old type dropped. */
function enumChange({ operation, table, before, dialect }: Lowering, old: readonly string[], to: ColumnSpec): readonly Operation[] {
  const { span } = operation
  const column = findColumn(before, table, to.name)?.column
  const name = to.enumName === undefined && column?.type ? nameOfType(column.type) : enumTypeName(table, to.name, to.enumName)
  const labels = to.enum ?? []
  if (old.every((label, at) => labels[at] === label))
    return labels.slice(old.length).map((value): Operation => ({ kind: 'addEnumValue', span, type: name, value, ifNotExists: false }))
  const aside: Name = { ...name, name: `${name.name}_old` }
  const type = typeOf(to, table, dialect)
  const hadDefault = column?.default
  return [
    { kind: 'renameType', span, name, to: aside },
    { kind: 'createType', span, name, form: 'enum', labels },
    ...(hadDefault ? [{ kind: 'dropDefault', span, table, column: to.name } as const] : []),
    ...(type
      ? [
          {
            kind: 'alterColumnType',
            span,
            table,
            column: to.name,
            type,
            using: dialect.parseExpression(`"${to.name}"::text::"${name.name}"`),
          } as const,
        ]
      : []),
    ...(hadDefault ? [{ kind: 'setDefault', span, table, column: to.name, default: hadDefault } as const] : []),
    { kind: 'dropType', span, name: aside, ifExists: false, cascade: false },
  ]
}
