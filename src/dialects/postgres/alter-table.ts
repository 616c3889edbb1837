import type { AlterTableCmd, AlterTableStmt } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Span } from '../../source/span.ts'
import { afterWords, alterClauses, type Range } from './clauses.ts'
import { column } from './columns.ts'
import { constraint } from './constraints.ts'
import { dataType, isSerial } from './data-types.ts'
import { expression } from './expressions.ts'
import { bounds } from './partitions.ts'
import { as, offsetOf, type Reading, relationName, shownText, spanOf, strings } from './reading.ts'
import { optionValue } from './tables.ts'
import { lacking } from './version-gates.ts'

/** What a clause is read with. */
interface Clause {
  readonly reading: Reading
  readonly table: Name
  readonly node: AlterTableCmd
  readonly range: Range
  readonly span: Span
  readonly ifExists: boolean
}

/** ALTER TABLE, and ALTER INDEX, VIEW, SEQUENCE, TYPE and FOREIGN TABLE in so far as they share its grammar. */
export function alterTable(reading: Reading, node: AlterTableStmt): readonly Operation[] {
  const commands = node.cmds ?? []
  const table = relationName(reading, node.relation)
  const several = commands.length > 1 ? alterClauses(reading, offsetOf(reading, node.relation?.location)) : []
  const whole: Range = { start: reading.start, end: reading.end }
  const operations: Operation[] = []
  for (let i = 0; i < commands.length; i++) {
    const command = as(commands[i], 'AlterTableCmd')
    if (command === undefined) continue
    const range = several.length === commands.length ? several[i]! : whole
    const span = range === whole ? reading.span : spanOf(reading, range.start, range.end)
    const clause: Clause = { reading, table, node: command, range, span, ifExists: node.missing_ok === true }
    const operation = guarded(clause, clauseOperation(clause, node.objtype ?? 'OBJECT_TABLE'))
    operations.push(operation)
  }
  return isOutOfOrder(operations) ? operations.sort((a, b) => passOf(a) - passOf(b)) : operations
}

/** Does a clause name a column that a later clause makes, or drop one that an earlier clause seems to make? */
function isOutOfOrder(operations: readonly Operation[]): boolean {
  return operations.some((late, at) => {
    if (late.kind !== 'addColumn' && late.kind !== 'dropColumn') return false
    const name = late.kind === 'addColumn' ? late.column.name : late.column
    return operations.slice(0, at).some((early) => passOf(early) > passOf(late) && columnsOf(early).includes(name))
  })
}

function columnsOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'addColumn':
      return [operation.column.name]
    case 'addConstraint':
      return [...operation.constraint.columns, ...(operation.constraint.expression?.columns ?? [])]
    case 'setNotNull':
    case 'setDefault':
    case 'alterColumnType':
      return [operation.column]
    default:
      return []
  }
}

/**
 * When ALTER TABLE comes to a clause: it works in passes, whatever order they are written in, so that a CHECK may name a column that a later
 * clause adds. https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/tablecmds.c (AlterTablePass)
 */
function passOf(operation: Operation): number {
  switch (operation.kind) {
    case 'dropColumn':
    case 'dropConstraint':
    case 'dropNotNull':
    case 'dropDefault':
      return 0
    case 'alterColumnType':
      return 1
    case 'addColumn':
      return 2
    case 'setNotNull':
      return 3
    case 'addConstraint':
      return operation.constraint.kind === 'foreignKey' ? 5 : 4
    case 'setDefault':
      return 5
    default:
      return 6
  }
}

/** ALTER TABLE IF EXISTS is a guard: the clauses have no member for it (their own IF EXISTS asks for a part of the table). */
function guarded(clause: Clause, operation: Operation): Operation {
  if (!clause.ifExists) return operation
  return { ...operation, context: { guards: [{ by: 'if-exists', requires: 'exists', table: clause.table }] } }
}

function clauseOperation(clause: Clause, target: string): Operation {
  switch (target) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return tableClause(clause)
    case 'OBJECT_INDEX': {
      const { reading, node, span, table } = clause
      if (node.subtype === 'AT_AttachPartition') {
        return { kind: 'attachIndex', span, name: table, partition: relationName(reading, as(node.def, 'PartitionCmd')?.name) }
      }
      return { kind: 'otherStatement', span, command: 'ALTER INDEX', name: table }
    }
    case 'OBJECT_MATVIEW':
      return { kind: 'otherStatement', span: clause.span, command: 'ALTER MATERIALIZED VIEW', name: clause.table }
    case 'OBJECT_TYPE': {
      const { node, span, table } = clause
      const action = attributeActions[node.subtype ?? '']
      const details = action && ({ about: 'attribute', type: table, action, cascade: node.behavior === 'DROP_CASCADE' } as const)
      return { kind: 'otherStatement', span, command: 'ALTER TYPE', name: table, ...(details ? { details } : {}) }
    }
    default:
      return { kind: 'otherStatement', span: clause.span, command: `ALTER ${target.slice(7).replaceAll('_', ' ')}`, name: clause.table }
  }
}

const attributeActions: Readonly<Record<string, 'add' | 'drop' | 'alter'>> = {
  AT_AddColumn: 'add',
  AT_DropColumn: 'drop',
  AT_AlterColumnType: 'alter',
}

function tableClause(clause: Clause): Operation {
  const { reading, node, span, table, range } = clause
  const name = shownText(reading, node.name ?? '')
  const cascade = node.behavior === 'DROP_CASCADE'
  switch (node.subtype) {
    case 'AT_AddColumn': {
      const definition = as(node.def, 'ColumnDef') ?? {}
      const from = offsetOf(reading, definition.location)
      const own = { start: Math.max(from, range.start), end: range.end }
      return { kind: 'addColumn', span, table, column: column(reading, definition, own), ifNotExists: node.missing_ok === true }
    }
    case 'AT_DropColumn':
      return { kind: 'dropColumn', span, table, column: name, ifExists: node.missing_ok === true, cascade }
    case 'AT_ColumnDefault': {
      if (node.def === undefined) return { kind: 'dropDefault', span, table, column: name }
      const start = afterWords(reading, range.start, range.end, 'SET', 'DEFAULT') ?? range.start
      return { kind: 'setDefault', span, table, column: name, default: expression(reading, node.def, { start, end: range.end }) }
    }
    case 'AT_SetNotNull':
      return { kind: 'setNotNull', span, table, column: name }
    case 'AT_DropNotNull':
      return { kind: 'dropNotNull', span, table, column: name }
    case 'AT_AlterColumnType':
      return columnType(clause, name)
    case 'AT_AddConstraint': {
      const part = as(node.def, 'Constraint') ?? {}
      const own = { start: Math.max(offsetOf(reading, part.location), range.start), end: range.end }
      const made = constraint(reading, part, own)
      if (made) return { kind: 'addConstraint', span, table, constraint: made }
      return { kind: 'alterTable', span, table, action: 'ADD CONSTRAINT' }
    }
    case 'AT_DropConstraint':
      return { kind: 'dropConstraint', span, table, name, ifExists: node.missing_ok === true, cascade }
    case 'AT_ValidateConstraint':
      return { kind: 'validateConstraint', span, table, name }
    case 'AT_AttachPartition': {
      const part = as(node.def, 'PartitionCmd')
      const isDefault = part?.bound?.is_default === true
      const made = bounds(reading, part?.bound)
      const partition = relationName(reading, part?.name)
      return { kind: 'attachPartition', span, table, partition, isDefault, ...(made ? { bounds: made } : {}) }
    }
    case 'AT_DetachPartition': {
      const part = as(node.def, 'PartitionCmd')
      if (part?.concurrent) lacking(reading, 14, 'DETACH PARTITION CONCURRENTLY', span)
      return { kind: 'detachPartition', span, table, partition: relationName(reading, part?.name), concurrently: part?.concurrent === true }
    }
    default:
      return property(clause, name)
  }
}

function columnType(clause: Clause, name: string): Operation {
  const { reading, node, span, table, range } = clause
  const definition = as(node.def, 'ColumnDef')
  const type = dataType(reading, definition?.typeName) ?? { text: '', name: '', args: [], array: false }
  const collation = strings(definition?.collClause?.collname).pop()
  const from = offsetOf(reading, definition?.typeName?.location)
  const using = definition?.raw_default ? afterWords(reading, from, range.end, 'USING') : undefined
  if (isSerial(definition?.typeName)) {
    const feature = `a type ${strings(definition!.typeName!.names).join('.')} to change a column to`
    reading.unsupported.push({
      kind: 'unsupported',
      span,
      feature,
      availableIn: 'short for an integer, a sequence and a DEFAULT in CREATE TABLE and ADD COLUMN',
    })
  }
  return {
    kind: 'alterColumnType',
    span,
    table,
    column: name,
    type,
    ...(using === undefined ? {} : { using: expression(reading, definition?.raw_default, { start: using, end: range.end }) }),
    ...(collation === undefined ? {} : { collation }),
  }
}

/** The upper-case clause of each sub-command that changes a property of the table or of a column. */
const actions: Readonly<Record<string, string>> = {
  AT_AddColumnToView: 'ADD COLUMN',
  AT_CookedColumnDefault: 'SET DEFAULT',
  AT_SetExpression: 'SET EXPRESSION',
  AT_DropExpression: 'DROP EXPRESSION',
  AT_SetStatistics: 'SET STATISTICS',
  AT_SetOptions: 'SET COLUMN OPTIONS',
  AT_ResetOptions: 'RESET COLUMN OPTIONS',
  AT_SetStorage: 'SET STORAGE',
  AT_SetCompression: 'SET COMPRESSION',
  AT_AlterConstraint: 'ALTER CONSTRAINT',
  AT_AlterColumnGenericOptions: 'OPTIONS',
  AT_ChangeOwner: 'OWNER TO',
  AT_ClusterOn: 'CLUSTER ON',
  AT_DropCluster: 'SET WITHOUT CLUSTER',
  AT_SetLogged: 'SET LOGGED',
  AT_SetUnLogged: 'SET UNLOGGED',
  AT_DropOids: 'SET WITHOUT OIDS',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
  AT_SetTableSpace: 'SET TABLESPACE',
  AT_SetRelOptions: 'SET',
  AT_ResetRelOptions: 'RESET',
  AT_ReplaceRelOptions: 'SET',
  AT_EnableTrig: 'ENABLE TRIGGER',
  AT_EnableAlwaysTrig: 'ENABLE ALWAYS TRIGGER',
  AT_EnableReplicaTrig: 'ENABLE REPLICA TRIGGER',
  AT_DisableTrig: 'DISABLE TRIGGER',
  AT_EnableTrigAll: 'ENABLE TRIGGER ALL',
  AT_DisableTrigAll: 'DISABLE TRIGGER ALL',
  AT_EnableTrigUser: 'ENABLE TRIGGER USER',
  AT_DisableTrigUser: 'DISABLE TRIGGER USER',
  AT_EnableRule: 'ENABLE RULE',
  AT_EnableAlwaysRule: 'ENABLE ALWAYS RULE',
  AT_EnableReplicaRule: 'ENABLE REPLICA RULE',
  AT_DisableRule: 'DISABLE RULE',
  AT_AddInherit: 'INHERIT',
  AT_DropInherit: 'NO INHERIT',
  AT_AddOf: 'OF',
  AT_DropOf: 'NOT OF',
  AT_ReplicaIdentity: 'REPLICA IDENTITY',
  AT_EnableRowSecurity: 'ENABLE ROW LEVEL SECURITY',
  AT_DisableRowSecurity: 'DISABLE ROW LEVEL SECURITY',
  AT_ForceRowSecurity: 'FORCE ROW LEVEL SECURITY',
  AT_NoForceRowSecurity: 'NO FORCE ROW LEVEL SECURITY',
  AT_GenericOptions: 'OPTIONS',
  AT_DetachPartitionFinalize: 'DETACH PARTITION FINALIZE',
  AT_AddIdentity: 'ADD IDENTITY',
  AT_SetIdentity: 'SET IDENTITY',
  AT_DropIdentity: 'DROP IDENTITY',
}

/** Sub-commands whose name is a column's. */
const columnActions = new Set([
  'AT_SetExpression',
  'AT_DropExpression',
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_SetStorage',
  'AT_SetCompression',
  'AT_AlterColumnGenericOptions',
  'AT_AddIdentity',
  'AT_SetIdentity',
  'AT_DropIdentity',
])

const replicaIdentities: Readonly<Record<string, string>> = { d: 'DEFAULT', f: 'FULL', n: 'NOTHING' }

function property(clause: Clause, name: string): Operation {
  const { reading, node, span, table } = clause
  const subtype = node.subtype ?? 'AT_SetRelOptions'
  const action = actions[subtype] ?? subtype.slice(3)
  if (subtype === 'AT_AlterConstraint' && as(node.def, 'ATAlterConstraint')?.alterEnforceability) lacking(reading, 18, 'NOT ENFORCED', span)
  if (subtype === 'AT_SetCompression') lacking(reading, 14, 'SET COMPRESSION', span)
  if (subtype === 'AT_SetAccessMethod') lacking(reading, 15, 'SET ACCESS METHOD', span)
  if (subtype === 'AT_SetExpression') lacking(reading, 17, 'SET EXPRESSION', span)
  if (subtype === 'AT_DropExpression') lacking(reading, 13, 'DROP EXPRESSION', span)
  const base = { kind: 'alterTable' as const, span, table, action }
  if (columnActions.has(subtype)) {
    const generated = subtype === 'AT_AddIdentity' ? as(node.def, 'Constraint')?.generated_when : undefined
    const written = generated === undefined ? as(node.def, 'String')?.sval : generated === 'a' ? 'ALWAYS' : 'BY DEFAULT'
    return { ...base, column: name, ...(written === undefined ? {} : { value: written }) }
  }
  const value = propertyValue(reading, node, name)
  return value === undefined ? base : { ...base, value }
}

function propertyValue(reading: Reading, node: AlterTableCmd, name: string): string | undefined {
  if (name !== '') return name
  if (node.newowner) return node.newowner.rolename
  const identity = as(node.def, 'ReplicaIdentityStmt')
  if (identity) return identity.name ? `USING INDEX ${identity.name}` : replicaIdentities[identity.identity_type ?? '']
  const altered = as(node.def, 'ATAlterConstraint')
  if (altered) return altered.conname
  const partition = as(node.def, 'PartitionCmd')
  if (partition) return relationName(reading, partition.name).name
  const parent = as(node.def, 'RangeVar')
  if (parent) return relationName(reading, parent).name
  const options = as(node.def, 'List')?.items ?? []
  const shown: string[] = []
  for (const option of options) {
    const element = as(option, 'DefElem')
    if (element?.defname === undefined) continue
    const value = optionValue(element)
    shown.push(value === '' ? element.defname : `${element.defname}=${value}`)
  }
  return shown.length > 0 ? shown.join(', ') : undefined
}
