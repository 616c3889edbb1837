import type { Constraint } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { DropConstraint, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { columnSpecOf } from '../column-spec.ts'
import { generatedName, nameOfPath } from '../naming.ts'
import { flag, isKnownText, listOf, optionsOf, spanOf, textMember, textOf, textsOf } from '../read-options.ts'
import { type Call, isMysql, type Method, notThere, type Statements, unread, unresolved, withTable } from './call.ts'
import { droppedItems, partOf, partsOf } from './table-parts.ts'

/** `DEFERRABLE` and what is written behind it. */
function deferralOf(options: ReturnType<typeof optionsOf>): Pick<Constraint, 'deferrable' | 'initiallyDeferred'> {
  const deferral = textMember(options, 'deferrable')
  if (deferral === undefined) return {}
  return { deferrable: true, ...(/^initially\s+deferred$/i.test(deferral) ? { initiallyDeferred: true as const } : {}) }
}

/** Reads one constraint's options; undefined when they are not known. */
type Reader = (value: Value, table: Name, call: Pick<Call, 'dialect'>) => Constraint | undefined

export const foreignKeyOf: Reader = (value, table) => {
  const options = optionsOf(value)
  const columns = textsOf(options?.members.get('columnNames'))
  const target = textMember(options, 'referencedTableName')
  if (columns === undefined || target === undefined) return undefined
  const schema = textMember(options, 'referencedSchema')
  const referenced: Name = isKnownText(options?.members.get('referencedTableName')) ? nameOfPath(target) : { name: target, dynamic: true }
  const onDelete = textMember(options, 'onDelete')
  const onUpdate = textMember(options, 'onUpdate')
  return {
    kind: 'foreignKey',
    name: textMember(options, 'name') ?? generatedName('FK', table, columns),
    columns,
    notValid: false,
    references: {
      table: schema !== undefined && referenced.schema === undefined ? { ...referenced, schema } : referenced,
      columns: textsOf(options?.members.get('referencedColumnNames')) ?? [],
      ...(onDelete === undefined ? {} : { onDelete }),
      ...(onUpdate === undefined ? {} : { onUpdate }),
    },
    ...deferralOf(options),
    ...(value.span ? { span: value.span } : {}),
  }
}

export const uniqueOf: Reader = (value, table) => {
  const options = optionsOf(value)
  const columns = textsOf(options?.members.get('columnNames'))
  if (options === undefined || columns === undefined) return undefined
  return {
    kind: 'unique',
    name: textMember(options, 'name') ?? generatedName('UQ', table, columns),
    columns,
    notValid: false,
    ...deferralOf(options),
    ...(value.span ? { span: value.span } : {}),
  }
}

export const checkOf: Reader = (value, table, { dialect }) => {
  const options = optionsOf(value)
  const text = textMember(options, 'expression')
  if (options === undefined || text === undefined) return undefined
  const expression = dialect.parseExpression(text)
  return {
    kind: 'check',
    name: textMember(options, 'name') ?? generatedName('CHK', table, [text]),
    columns: textsOf(options.members.get('columnNames')) ?? expression.columns,
    notValid: false,
    expression,
    ...(value.span ? { span: value.span } : {}),
  }
}

export const exclusionOf: Reader = (value, table) => {
  const options = optionsOf(value)
  const text = textMember(options, 'expression')
  if (options === undefined || text === undefined) return undefined
  return {
    kind: 'exclude',
    name: textMember(options, 'name') ?? generatedName('XCL', table, [text]),
    columns: [],
    notValid: false,
    ...(value.span ? { span: value.span } : {}),
  }
}

function add(reader: Reader, what: string): Method {
  return (call) =>
    withTable(call, (table) => {
      const items = listOf(call.args[1])
      if (items === undefined || items.length === 0) return unread(call, what, [table])
      return items.flatMap((item): Statements => {
        const constraint = reader(item, table, call)
        if (constraint === undefined) return unread(call, what, [table])
        return [[{ kind: 'addConstraint', span: items.length === 1 ? call.span : spanOf(item, call.span), table, constraint }]]
      })
    })
}

/** The member that names the constraint, or the columns by which it is found, of one dropped constraint. */
function dropped(
  value: Value,
  table: Name,
  reader: Reader,
  kind: Constraint['kind'],
  call: Call,
  ifExists: boolean,
): Operation | undefined {
  const base = { table, constraintKind: kind, ifExists, cascade: false, span: call.span } as const
  const name = textOf(value)
  if (name !== undefined) return { kind: 'dropConstraint', ...base, name }
  const looked = partOf(value)
  if (looked) {
    if (looked.name !== undefined) return { kind: 'dropConstraint', ...base, name: looked.name }
    return unresolved(call, 'dropConstraintOf', table, {
      constraintKind: kind,
      column: looked.column,
      references: looked.references,
      ifExists,
    })
  }
  const parts = partsOf(value)
  if (parts) {
    const { column, references } = parts
    return unresolved(call, 'dropConstraintOf', table, { constraintKind: kind, column, references, ifExists, all: true })
  }
  const constraint = reader(value, table, call)
  if (constraint === undefined) return undefined
  const drop: DropConstraint = { kind: 'dropConstraint', ...base, name: constraint.name, columns: constraint.columns }
  return drop
}

function drop(kind: Constraint['kind'], reader: Reader, what: string): Method {
  return (call) =>
    withTable(call, (table) => {
      const items = droppedItems(call.args[1])
      if (items === undefined || items.length === 0) return unread(call, what, [table])
      const ifExists = flag(call.args[2], false)
      return items.flatMap((item): Statements => {
        const operation = dropped(item, table, reader, kind, call, ifExists)
        return operation ? [[operation]] : unread(call, what, [table])
      })
    })
}

const withoutMysql =
  (method: Method, instead: string): Method =>
  (call) =>
    isMysql(call) ? notThere(call, instead) : method(call)
const onlyPostgres =
  (method: Method): Method =>
  (call) =>
    call.dialect.name === 'postgres' ? method(call) : notThere(call, 'PostgreSQL')

const uniqueIndex = 'PostgreSQL and SQLite (on MySQL: createIndex with isUnique)'
const addUnique = withoutMysql(add(uniqueOf, 'The unique constraint'), uniqueIndex)
const dropUnique = withoutMysql(drop('unique', uniqueOf, 'The unique constraint'), uniqueIndex)
const addCheck = withoutMysql(add(checkOf, 'The check constraint'), 'PostgreSQL and SQLite')
const dropCheck = withoutMysql(drop('check', checkOf, 'The check constraint'), 'PostgreSQL and SQLite')
const addExclusion = onlyPostgres(add(exclusionOf, 'The exclusion constraint'))
const dropExclusion = onlyPostgres(drop('exclude', exclusionOf, 'The exclusion constraint'))
const addForeignKey = add(foreignKeyOf, 'The foreign key')
const dropForeignKey = drop('foreignKey', foreignKeyOf, 'The foreign key')

export const constraintMethods: Readonly<Record<string, Method>> = {
  createForeignKey: addForeignKey,
  createForeignKeys: addForeignKey,
  dropForeignKey,
  dropForeignKeys: dropForeignKey,
  createUniqueConstraint: addUnique,
  createUniqueConstraints: addUnique,
  dropUniqueConstraint: dropUnique,
  dropUniqueConstraints: dropUnique,
  createCheckConstraint: addCheck,
  createCheckConstraints: addCheck,
  dropCheckConstraint: dropCheck,
  dropCheckConstraints: dropCheck,
  createExclusionConstraint: addExclusion,
  createExclusionConstraints: addExclusion,
  dropExclusionConstraint: dropExclusion,
  dropExclusionConstraints: dropExclusion,
  createPrimaryKey: (call) =>
    withTable(call, (table) => {
      const columns = textsOf(call.args[1])
      if (columns === undefined) return unread(call, 'The columns of the primary key', [table])
      const name = textOf(call.args[2]) ?? (isMysql(call) ? undefined : generatedName('PK', table, columns))
      const constraint: Constraint = { kind: 'primaryKey', name, columns, notValid: false }
      return [[{ kind: 'addConstraint', span: call.span, table, constraint }]]
    }),
  dropPrimaryKey: (call) =>
    withTable(call, (table) => [
      [
        {
          kind: 'dropConstraint',
          span: call.span,
          table,
          name: textOf(call.args[1]),
          constraintKind: 'primaryKey',
          ifExists: flag(call.args[2], false),
          cascade: false,
        },
      ],
    ]),
  updatePrimaryKeys: (call) =>
    withTable(call, (table) => {
      const specs = listOf(call.args[1])?.map((item) => columnSpecOf(item, call.span))
      const columns = specs?.filter((spec) => spec !== undefined).map((spec) => spec.name)
      if (columns === undefined || columns.length !== specs?.length) return unread(call, 'The columns of the primary key', [table])
      const name = isMysql(call) ? undefined : generatedName('PK', table, columns)
      return [
        [{ kind: 'dropConstraint', span: call.span, table, name: undefined, constraintKind: 'primaryKey', ifExists: true, cascade: false }],
        [{ kind: 'addConstraint', span: call.span, table, constraint: { kind: 'primaryKey', name, columns, notValid: false } }],
      ]
    }),
}

/** The primary key that a column's own options ask for. */
export function primaryKeyOf(columns: readonly string[], table: Name, name: string | undefined, mysql: boolean, span: Span): Constraint {
  return { kind: 'primaryKey', name: mysql ? undefined : (name ?? generatedName('PK', table, columns)), columns, notValid: false, span }
}
