import type { DefElem, IndexStmt, Node, ReindexStmt } from 'libpg-query'
import type { IndexKey } from '../../ir/column.ts'
import type { Operation } from '../../ir/operation.ts'
import { afterParenthesis, commaRanges, type Range } from './clauses.ts'
import { expression } from './expressions.ts'
import { openScope, predicate } from './predicates.ts'
import { as, offsetOf, type Reading, relationName, shownText, strings } from './reading.ts'
import { lacking } from './version-gates.ts'

export function createIndex(reading: Reading, node: IndexStmt): readonly Operation[] {
  if (node.nulls_not_distinct) lacking(reading, 15, 'NULLS NOT DISTINCT')
  const include = (node.indexIncludingParams ?? []).map((part) => shownText(reading, as(part, 'IndexElem')?.name ?? ''))
  if (include.length > 0) lacking(reading, 11, 'INCLUDE in an index')
  const where = predicate(reading, node.whereClause, openScope)
  return [
    {
      kind: 'createIndex',
      span: reading.span,
      table: relationName(reading, node.relation),
      name: node.idxname === undefined ? undefined : shownText(reading, node.idxname),
      keys: keys(reading, node),
      ...(include.length > 0 ? { include } : {}),
      unique: node.unique === true,
      concurrently: node.concurrent === true,
      ifNotExists: node.if_not_exists === true,
      only: node.relation?.inh !== true,
      ...(where ? { where } : {}),
      ...(node.accessMethod === undefined || node.accessMethod === 'btree' ? {} : { method: node.accessMethod }),
    },
  ]
}

function keys(reading: Reading, node: IndexStmt): IndexKey[] {
  const params = node.indexParams ?? []
  let ranges: readonly Range[] | undefined
  return params.map((param, i) => {
    const element = as(param, 'IndexElem') ?? {}
    const collation = strings(element.collation).pop()
    const operatorClass = strings(element.opclass).pop()
    const common = {
      ...(element.ordering === 'SORTBY_DESC' ? { descending: true } : {}),
      ...(collation === undefined ? {} : { collation }),
      ...(operatorClass === undefined ? {} : { operatorClass }),
    }
    if (element.name !== undefined) return { column: shownText(reading, element.name), ...common }
    ranges ??= keyRanges(reading, node)
    return { column: undefined, expression: keyExpression(reading, element.expr, ranges[i]), ...common }
  })
}

function keyRanges(reading: Reading, node: IndexStmt): readonly Range[] {
  const open = afterParenthesis(reading, offsetOf(reading, node.relation?.location))
  return open === undefined ? [] : commaRanges(reading, open, reading.end)
}

function keyExpression(reading: Reading, node: Node | undefined, range: Range | undefined) {
  if (range === undefined) return expression(reading, node)
  // Either in parentheses of its own or a call; what follows it is collation, operator class and order.
  if (reading.text.charCodeAt(range.start) !== 40) return expression(reading, node, undefined, range.end)
  const inner = commaRanges(reading, range.start + 1, range.end)
  return expression(reading, node, { start: range.start + 1, end: inner[inner.length - 1]?.end ?? range.end })
}

const targets = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
} as const

export function reindex(reading: Reading, node: ReindexStmt): readonly Operation[] {
  const concurrently = (node.params ?? []).some((param) => isOn(as(param, 'DefElem'), 'concurrently'))
  if (concurrently) lacking(reading, 12, 'REINDEX CONCURRENTLY')
  const name = node.relation
    ? relationName(reading, node.relation)
    : node.name === undefined || node.name === ''
      ? undefined
      : { name: node.name }
  return [{ kind: 'reindex', span: reading.span, target: targets[node.kind ?? 'REINDEX_OBJECT_INDEX'], name, concurrently }]
}

/** Is a boolean option switched on: `CONCURRENTLY`, `FULL`, `FULL true`? */
export function isOn(element: DefElem | undefined, name: string): boolean {
  if (element?.defname !== name) return false
  if (element.arg === undefined) return true
  const text = as(element.arg, 'String')?.sval?.toLowerCase()
  if (text !== undefined) return text !== 'false' && text !== 'off'
  return (as(element.arg, 'Integer')?.ival ?? 1) !== 0
}
