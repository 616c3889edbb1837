import type {
  AlterDomainStmt,
  AlterEnumStmt,
  CommentStmt,
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateRangeStmt,
  CreateSchemaStmt,
  CreateSeqStmt,
  CreateTrigStmt,
  DefineStmt,
  Node,
  RefreshMatViewStmt,
  ViewStmt,
} from 'libpg-query'
import type { Constraint, Expression } from '../../ir/column.ts'
import type { Operation } from '../../ir/operation.ts'
import { trimmed } from './clauses.ts'
import { commandOf, objectWords } from './commands.ts'
import { constraint } from './constraints.ts'
import { dataType } from './data-types.ts'
import { expression } from './expressions.ts'
import { factsOf } from './facts.ts'
import { isOn } from './indexes.ts'
import { outputs, query } from './queries.ts'
import {
  as,
  columnNames,
  objectName,
  objectParts,
  offsetOf,
  qualifiedName,
  type Reading,
  relationName,
  shownText,
  strings,
} from './reading.ts'
import { lacking } from './version-gates.ts'
import { computesColumns, refusesWrites } from './view-writes.ts'

export function createEnum(reading: Reading, node: CreateEnumStmt): readonly Operation[] {
  const labels = strings(node.vals).map((label) => shownText(reading, label))
  return [{ kind: 'createType', span: reading.span, name: qualifiedName(reading, strings(node.typeName)), form: 'enum', labels }]
}

export function createComposite(reading: Reading, node: CompositeTypeStmt): readonly Operation[] {
  return [{ kind: 'createType', span: reading.span, name: relationName(reading, node.typevar), form: 'composite', labels: [] }]
}

export function createRange(reading: Reading, node: CreateRangeStmt): readonly Operation[] {
  return [{ kind: 'createType', span: reading.span, name: qualifiedName(reading, strings(node.typeName)), form: 'range', labels: [] }]
}

/** CREATE TYPE (base, shell), AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH …. */
export function define(reading: Reading, node: DefineStmt): readonly Operation[] {
  const name = qualifiedName(reading, strings(node.defnames))
  if (node.kind === 'OBJECT_TYPE') {
    const form = node.definition && node.definition.length > 0 ? 'base' : 'shell'
    return [{ kind: 'createType', span: reading.span, name, form, labels: [] }]
  }
  const ifNotExists = node.if_not_exists === true
  return [{ kind: 'otherStatement', span: reading.span, command: commandOf('CREATE', node.kind), name, ifNotExists }]
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(reading: Reading, node: AlterEnumStmt): readonly Operation[] {
  const type = qualifiedName(reading, strings(node.typeName))
  const value = shownText(reading, node.newVal ?? '')
  const { span } = reading
  if (node.oldVal !== undefined) return [{ kind: 'renameEnumValue', span, type, value: shownText(reading, node.oldVal), to: value }]
  const beside = node.newValNeighbor === undefined ? undefined : shownText(reading, node.newValNeighbor)
  const position = beside === undefined ? {} : { position: node.newValIsAfter ? { after: beside } : { before: beside } }
  return [{ kind: 'addEnumValue', span, type, value, ifNotExists: node.skipIfNewValExists === true, ...position }]
}

export function createDomain(reading: Reading, node: CreateDomainStmt): readonly Operation[] {
  const checks: Constraint[] = []
  let notNull = false
  let value: Expression | undefined
  const parts = (node.constraints ?? []).map((part) => as(part, 'Constraint')).filter((part) => part !== undefined)
  const starts = parts.map((part) => offsetOf(reading, part.location))
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    const range = trimmed(reading, starts[i]!, starts[i + 1] ?? reading.end)
    if (part.contype === 'CONSTR_NOTNULL') notNull = true
    else if (part.contype === 'CONSTR_DEFAULT') value = expression(reading, part.raw_expr, undefined, range.end)
    else if (part.contype === 'CONSTR_CHECK') {
      const made = constraint(reading, part, range)
      if (made) checks.push(made)
    }
  }
  const base = dataType(reading, node.typeName) ?? { text: '', name: '', args: [], array: false }
  const name = qualifiedName(reading, strings(node.domainname))
  return [{ kind: 'createDomain', span: reading.span, name, base, notNull, default: value, checks }]
}

const domainActions: Readonly<Record<string, string>> = {
  T: 'SET DEFAULT',
  N: 'DROP NOT NULL',
  O: 'SET NOT NULL',
  C: 'ADD CONSTRAINT',
  X: 'DROP CONSTRAINT',
  V: 'VALIDATE CONSTRAINT',
}

export function alterDomain(reading: Reading, node: AlterDomainStmt): readonly Operation[] {
  const part = as(node.def, 'Constraint')
  const made = part ? constraint(reading, part, { start: offsetOf(reading, part.location), end: reading.end }) : undefined
  const action = node.subtype === 'T' && node.def === undefined ? 'DROP DEFAULT' : (domainActions[node.subtype ?? ''] ?? 'ALTER')
  const name = qualifiedName(reading, strings(node.typeName))
  return [{ kind: 'alterDomain', span: reading.span, name, action, ...(made ? { constraint: made } : {}) }]
}

export function createView(reading: Reading, node: ViewStmt): readonly Operation[] {
  return [
    {
      kind: 'createView',
      span: reading.span,
      name: relationName(reading, node.view),
      materialized: false,
      orReplace: node.replace === true,
      ifNotExists: false,
      query: query(reading, node.query),
      ...outputs(reading, node.query, node.aliases),
      refusesWrites: refusesWrites(node.query),
      ...(computesColumns(node.query) ? { computes: true as const } : {}),
      ...((node.options ?? []).some((option) => isOn(as(option, 'DefElem'), 'security_invoker')) ? { securityInvoker: true as const } : {}),
    },
  ]
}

export function refresh(reading: Reading, node: RefreshMatViewStmt): readonly Operation[] {
  const name = relationName(reading, node.relation)
  const emptied = node.skipData ? { withData: false as const } : {}
  return [{ kind: 'refreshMaterializedView', span: reading.span, name, concurrently: node.concurrent === true, ...emptied }]
}

/** CREATE SCHEMA, with the objects that it may create at once. */
export function createSchema(
  reading: Reading,
  node: CreateSchemaStmt,
  convert: (node: Node) => readonly Operation[],
): readonly Operation[] {
  const name = shownText(reading, node.schemaname ?? node.authrole?.rolename ?? '')
  const operations: Operation[] = [{ kind: 'createSchema', span: reading.span, name, ifNotExists: node.if_not_exists === true }]
  for (const element of node.schemaElts ?? []) for (const operation of convert(element)) operations.push(inSchema(operation, name))
  return operations
}

function inSchema(operation: Operation, schema: string): Operation {
  if (operation.kind === 'createTable' && operation.table.schema === undefined)
    return { ...operation, table: { ...operation.table, schema } }
  if ((operation.kind === 'createView' || operation.kind === 'createSequence') && operation.name.schema === undefined)
    return { ...operation, name: { ...operation.name, schema } }
  if (operation.kind === 'createIndex' && operation.table.schema === undefined)
    return { ...operation, table: { ...operation.table, schema } }
  return operation
}

export function createSequence(reading: Reading, node: CreateSeqStmt): readonly Operation[] {
  const name = relationName(reading, node.sequence)
  return [{ kind: 'createSequence', span: reading.span, name, ifNotExists: node.if_not_exists === true }]
}

export function createTrigger(reading: Reading, node: CreateTrigStmt): readonly Operation[] {
  if (node.replace) lacking(reading, 14, 'CREATE OR REPLACE TRIGGER')
  const updateOf = columnNames(reading, node.columns)
  const columns = [...updateOf, ...factsOf(reading, node.whenClause).columns]
  return [
    {
      kind: 'createTrigger',
      span: reading.span,
      name: shownText(reading, node.trigname ?? ''),
      table: relationName(reading, node.relation),
      ...(node.funcname ? { function: qualifiedName(reading, strings(node.funcname)) } : {}),
      orReplace: node.replace === true,
      ...(node.row ? { firesOn: eventsOf(node.events ?? 0) } : {}),
      ...(updateOf.length > 0 ? { updateOf } : {}),
      ...(node.initdeferred ? { deferred: true as const } : {}),
      ...(columns.length > 0 ? { columns } : {}),
    },
  ]
}

/** The bits of CreateTrigStmt.events: src/include/catalog/pg_trigger.h. */
function eventsOf(events: number): ('insert' | 'update' | 'delete')[] {
  const bits = { insert: 4, delete: 8, update: 16 } as const
  return (['insert', 'update', 'delete'] as const).filter((event) => (events & bits[event]) !== 0)
}

export function comment(reading: Reading, node: CommentStmt): readonly Operation[] {
  const on = objectWords(node.objtype)
  const parts = objectParts(node.object)
  const { span } = reading
  switch (node.objtype) {
    case 'OBJECT_COLUMN': {
      const column = shownText(reading, parts.pop() ?? '')
      return [{ kind: 'comment', span, on, name: qualifiedName(reading, parts), column }]
    }
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      parts.pop()
      return [{ kind: 'comment', span, on, name: qualifiedName(reading, parts) }]
    default:
      return [{ kind: 'comment', span, on, name: objectName(reading, node.object) }]
  }
}
