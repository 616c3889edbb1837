import type { ClusterStmt, LockStmt, Node, TransactionStmt, VacuumStmt, VariableSetStmt } from 'libpg-query'
import type { Operation, Transaction } from '../../ir/operation.ts'
import { isOn } from './indexes.ts'
import { lockModes } from './locks.ts'
import { as, type Reading, relationName, shownText } from './reading.ts'

/** SET, RESET and SET TRANSACTION. */
export function setVariable(reading: Reading, node: VariableSetStmt): readonly Operation[] {
  const { span } = reading
  const scope = node.is_local ? 'local' : 'session'
  const name = (node.name ?? '').toLowerCase()
  switch (node.kind) {
    case 'VAR_RESET_ALL':
      return [{ kind: 'setVariable', span, name: 'all', value: undefined, scope }]
    case 'VAR_RESET':
    case 'VAR_SET_DEFAULT':
      return [{ kind: 'setVariable', span, name, value: undefined, scope }]
    case 'VAR_SET_MULTI':
      return [{ kind: 'transaction', span, action: 'other' }]
    default:
      return [{ kind: 'setVariable', span, name, value: (node.args ?? []).map((arg) => settingValue(reading, arg)).join(', '), scope }]
  }
}

/** A setting as SHOW would give it: `5s`, `0`, `on`. */
export function settingValue(reading: Reading, node: Node): string {
  const cast = as(node, 'TypeCast')
  if (cast?.arg) return settingValue(reading, cast.arg)
  const constant = as(node, 'A_Const')
  if (constant === undefined) return ''
  if (constant.sval) return shownText(reading, constant.sval.sval ?? '')
  if (constant.ival) return String(constant.ival.ival ?? 0)
  if (constant.fval) return constant.fval.fval ?? ''
  return constant.boolval ? String(constant.boolval.boolval ?? false) : ''
}

const transactionActions: Readonly<Record<string, Transaction['action']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback-to',
  TRANS_STMT_PREPARE: 'prepare',
}

export function transaction(reading: Reading, node: TransactionStmt): readonly Operation[] {
  const { savepoint_name: savepoint } = node
  const action = transactionActions[node.kind ?? ''] ?? 'other'
  return [{ kind: 'transaction', span: reading.span, action, ...(savepoint ? { savepoint } : {}) }]
}

export function lockTable(reading: Reading, node: LockStmt): readonly Operation[] {
  const tables = (node.relations ?? []).map((relation) => relationName(reading, as(relation, 'RangeVar')))
  return [{ kind: 'lockTable', span: reading.span, tables, mode: lockModes[node.mode ?? 8] ?? 'ACCESS EXCLUSIVE' }]
}

/** VACUUM and ANALYZE. */
export function vacuum(reading: Reading, node: VacuumStmt): readonly Operation[] {
  const tables = (node.rels ?? []).map((relation) => relationName(reading, as(relation, 'VacuumRelation')?.relation))
  const full = (node.options ?? []).some((option) => isOn(as(option, 'DefElem'), 'full'))
  return [{ kind: 'maintain', span: reading.span, command: node.is_vacuumcmd ? 'VACUUM' : 'ANALYZE', tables, full }]
}

export function cluster(reading: Reading, node: ClusterStmt): readonly Operation[] {
  const tables = node.relation ? [relationName(reading, node.relation)] : []
  return [{ kind: 'maintain', span: reading.span, command: 'CLUSTER', tables, full: true }]
}
