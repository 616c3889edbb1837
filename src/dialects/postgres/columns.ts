import type { ColumnDef, Constraint as ConstraintNode } from 'libpg-query'
import type { Column, Constraint, Expression, Generated } from '../../ir/column.ts'
import { afterParenthesis, afterWords, commaRanges, type Range, trimmed } from './clauses.ts'
import { type Attributes, constraint } from './constraints.ts'
import { dataType, isSerial } from './data-types.ts'
import { expression } from './expressions.ts'
import { as, offsetOf, type Reading, shownText, spanOf, strings } from './reading.ts'
import { lacking } from './version-gates.ts'

/** A column of CREATE TABLE or ADD COLUMN. `range` is its text, from its name to the comma. */
export function column(reading: Reading, node: ColumnDef, range: Range): Column {
  const name = shownText(reading, node.colname ?? '')
  const parts = (node.constraints ?? []).map((part) => as(part, 'Constraint')).filter((part) => part !== undefined)
  const span = spanOf(reading, range.start, range.end)
  if (isIndexOfMysql(node))
    reading.unsupported.push({ kind: 'unsupported', span, feature: `${name.toUpperCase()} as a clause of a table`, availableIn: 'MySQL' })
  const starts = boundaries(reading, node, parts, range)
  const constraints: Constraint[] = []
  const serial = isSerial(node.typeName)
  let nullable = !serial
  let nullabilityWritten = false
  let value: Expression | undefined
  let generated: Generated | undefined
  let identity: Column['identity']
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    const own: Range = { start: starts[i]!, end: nextBoundary(starts, starts[i]!, range.end) }
    switch (part.contype) {
      case 'CONSTR_NULL':
        nullabilityWritten = true
        break
      case 'CONSTR_NOTNULL':
        nullabilityWritten = true
        nullable = false
        if (part.conname !== undefined) push(constraint(reading, part, trimmed(reading, own.start, own.end), name))
        break
      case 'CONSTR_DEFAULT':
        value = expression(reading, part.raw_expr, { start: own.start + defaultLength(reading, own), end: own.end })
        break
      case 'CONSTR_IDENTITY':
        identity = part.generated_when === 'a' ? 'always' : 'by default'
        nullable = false
        lacking(reading, 10, 'identity columns', span)
        break
      case 'CONSTR_GENERATED':
        generated = { expression: generatedExpression(reading, part, own), stored: part.generated_kind !== 'v' }
        if (generated.stored) lacking(reading, 12, 'generated columns', span)
        else lacking(reading, 18, 'VIRTUAL generated columns', span)
        break
      default:
        if (part.contype === 'CONSTR_PRIMARY') nullable = false
        push(constraint(reading, part, trimmed(reading, own.start, own.end), name, attributesAfter(parts, i)))
    }
  }
  function push(made: Constraint | undefined): void {
    if (made) constraints.push(made)
  }
  if (node.compression !== undefined) lacking(reading, 14, 'COMPRESSION', span)
  if (node.storage_name !== undefined) lacking(reading, 16, 'STORAGE in a column definition', span)
  const collation = node.collClause ? strings(node.collClause.collname).pop() : undefined
  return {
    name,
    type: dataType(reading, node.typeName),
    nullable,
    nullabilityWritten,
    default: value,
    ...(generated ? { generated } : {}),
    ...(identity ? { identity } : {}),
    ...(serial ? { serial: true } : {}),
    constraints,
    ...(collation === undefined ? {} : { collation }),
    span,
  }
}

/** `KEY by_city (city)`, MySQL's way to declare an index: PostgreSQL's grammar takes it for a column `key` of a type `by_city(city)`. */
function isIndexOfMysql({ colname, typeName }: ColumnDef): boolean {
  if (colname !== 'key' && colname !== 'index') return false
  const type = typeName?.names?.length === 1 ? as(typeName.names[0], 'String')?.sval : undefined
  if (type === undefined || type === 'geometry' || type === 'geography') return false
  const modifiers = typeName?.typmods ?? []
  return modifiers.length > 0 && modifiers.every((modifier) => as(modifier, 'ColumnRef') !== undefined)
}

/** Where each part of the column starts; the list carries the COLLATE clause's start last, when there is one. */
function boundaries(reading: Reading, node: ColumnDef, parts: readonly ConstraintNode[], range: Range): number[] {
  const starts = parts.map((part) => (part.location === undefined ? range.start : offsetOf(reading, part.location)))
  if (node.collClause) starts.push(offsetOf(reading, node.collClause.location))
  return starts
}

function nextBoundary(starts: readonly number[], start: number, end: number): number {
  let next = end
  for (const other of starts) if (other > start && other < next) next = other
  return next
}

/** The length of the word DEFAULT, or of CONSTRAINT name DEFAULT, before the expression. */
function defaultLength(reading: Reading, own: Range): number {
  if (reading.text.slice(own.start, own.start + 7).toUpperCase() === 'DEFAULT') return 7
  return (afterWords(reading, own.start, own.end, 'DEFAULT') ?? own.start) - own.start
}

function generatedExpression(reading: Reading, part: ConstraintNode, own: Range): Expression {
  const open = afterParenthesis(reading, own.start, own.end)
  if (open === undefined) return expression(reading, part.raw_expr, undefined, own.end)
  const inner = commaRanges(reading, open, own.end)
  return expression(reading, part.raw_expr, { start: open, end: inner[inner.length - 1]?.end ?? open })
}

function attributesAfter(parts: readonly ConstraintNode[], index: number): Attributes {
  const found: Attributes = {}
  for (let i = index + 1; i < parts.length; i++) {
    const type = parts[i]!.contype
    if (type === 'CONSTR_ATTR_DEFERRED') found.initiallyDeferred = true
    if (type === 'CONSTR_ATTR_DEFERRABLE' || type === 'CONSTR_ATTR_DEFERRED') found.deferrable = true
    else if (type === 'CONSTR_ATTR_NOT_ENFORCED') found.enforced = false
    else if (type !== 'CONSTR_ATTR_NOT_DEFERRABLE' && type !== 'CONSTR_ATTR_IMMEDIATE' && type !== 'CONSTR_ATTR_ENFORCED') break
  }
  return found
}
