import type { Constraint as ConstraintNode } from 'libpg-query'
import type { Constraint, ConstraintKind } from '../../ir/column.ts'
import { afterParenthesis, commaRanges, type Range } from './clauses.ts'
import { expression } from './expressions.ts'
import { columnNames, offsetOf, type Reading, relationName, shownText, spanOf } from './reading.ts'
import { lacking } from './version-gates.ts'

const kinds: Readonly<Record<string, ConstraintKind>> = {
  CONSTR_PRIMARY: 'primaryKey',
  CONSTR_UNIQUE: 'unique',
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreignKey',
  CONSTR_NOTNULL: 'notNull',
  CONSTR_EXCLUSION: 'exclude',
}

const actions: Readonly<Record<string, string>> = { r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT' }

/** The attributes that follow a column's constraint as nodes of their own: DEFERRABLE, NOT ENFORCED. */
export interface Attributes {
  deferrable?: boolean
  initiallyDeferred?: true
  enforced?: false
}

/**
 * A constraint of a table, or of the column `column`; undefined for what is no constraint (DEFAULT, NULL, identity, generated).
 * `range` is its text.
 */
export function constraint(
  reading: Reading,
  node: ConstraintNode,
  range: Range,
  column?: string,
  attributes?: Attributes,
): Constraint | undefined {
  const kind = kinds[node.contype ?? '']
  if (kind === undefined) return undefined
  const keys = kind === 'foreignKey' ? node.fk_attrs : node.keys
  const columns = column !== undefined ? [column] : columnNames(reading, keys)
  const notValid = node.skip_validation === true
  // Constraints that know enforcement always say is_enforced when it is on.
  const unenforced = attributes?.enforced === false || ((kind === 'check' || kind === 'foreignKey') && node.is_enforced !== true)
  const deferrable = node.deferrable === true || attributes?.deferrable === true
  const span = spanOf(reading, range.start, range.end)
  if (node.nulls_not_distinct) lacking(reading, 15, 'NULLS NOT DISTINCT', span)
  if (unenforced) lacking(reading, 18, 'NOT ENFORCED', span)
  if (node.without_overlaps || node.fk_with_period || node.pk_with_period)
    lacking(reading, 18, node.without_overlaps ? 'WITHOUT OVERLAPS' : 'PERIOD in a foreign key', span)
  if (kind === 'notNull' && column === undefined) lacking(reading, 18, 'NOT NULL as a table constraint', span)
  return {
    kind,
    name: node.conname === undefined ? undefined : shownText(reading, node.conname),
    columns: kind === 'check' && node.raw_expr && column === undefined ? checkColumns(reading, node, range) : columns,
    notValid: notValid && !unenforced,
    ...(node.indexname === undefined ? {} : { usingIndex: shownText(reading, node.indexname) }),
    ...(kind === 'foreignKey' ? { references: reference(reading, node) } : {}),
    ...(kind === 'check' ? { expression: checkExpression(reading, node, range) } : {}),
    ...(deferrable ? { deferrable: true } : {}),
    ...(node.initdeferred === true || attributes?.initiallyDeferred ? { initiallyDeferred: true as const } : {}),
    ...(unenforced ? { enforced: false as const } : {}),
    span,
  }
}

function checkExpression(reading: Reading, node: ConstraintNode, range: Range) {
  const open = afterParenthesis(reading, offsetOf(reading, node.location), range.end)
  if (open === undefined) return expression(reading, node.raw_expr, undefined, range.end)
  const inner = commaRanges(reading, open, range.end)
  const last = inner[inner.length - 1]
  return expression(reading, node.raw_expr, { start: open, end: last?.end ?? open })
}

function checkColumns(reading: Reading, node: ConstraintNode, range: Range): readonly string[] {
  return expression(reading, node.raw_expr, range).columns
}

function reference(reading: Reading, node: ConstraintNode) {
  const onDelete = actions[node.fk_del_action ?? '']
  const onUpdate = actions[node.fk_upd_action ?? '']
  return {
    table: relationName(reading, node.pktable),
    columns: columnNames(reading, node.pk_attrs),
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
  }
}
