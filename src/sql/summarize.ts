import type { Expression } from '../ir/column.ts'
import type { Assignment, Operand, Predicate, Query, Term } from '../ir/data.ts'
import { eitherOf } from '../ir/either.ts'
import { type Cursor, isHole, slice } from './cursor.ts'
import { HOLE, type Node } from './node.ts'

/** What stands inside an expression, gathered over all its nodes. */
export interface Facts {
  readonly functions: Set<string>
  readonly columns: Set<string>
  readonly literals: string[]
  readonly casts: Set<string>
  /** The subqueries that were met. */
  readonly queries: Query[]
}

export function facts(): Facts {
  return { functions: new Set(), columns: new Set(), literals: [], casts: new Set(), queries: [] }
}

/** Adds what stands in a node. Columns of a subquery belong to the subquery. */
export function collect(node: Node, found: Facts): void {
  switch (node.kind) {
    case 'column':
      found.columns.add(node.name)
      break
    case 'string':
      found.literals.push(node.name)
      break
    case 'call':
      found.functions.add(node.name)
      break
    case 'cast':
      found.casts.add(node.name.toLowerCase())
      break
  }
  if (node.query) {
    found.queries.push(node.query)
    for (const name of node.query.functions) found.functions.add(name)
    found.literals.push(...node.query.literals)
  }
  for (const child of node.children) collect(child, found)
}

/** A literal, or literals folded through casts and operators. */
function isConstant(node: Node): boolean {
  switch (node.kind) {
    case 'string':
    case 'number':
    case 'null':
    case 'boolean':
      return true
    case 'operator':
    case 'cast':
    case 'list':
    case 'not':
    case 'compare':
    case 'and':
    case 'or':
    case 'case':
      return node.children.every(isConstant)
    default:
      return false
  }
}

function isNull(node: Node): boolean {
  return node.kind === 'null' || (node.kind === 'cast' && isNull(node.children[0]!))
}

export function expressionOf(c: Cursor, node: Node): Expression {
  const found = facts()
  collect(node, found)
  return {
    sql: slice(c, node.start, node.end),
    constant: isConstant(node),
    isNull: isNull(node),
    functions: [...found.functions],
    columns: [...found.columns],
    literals: found.literals,
    casts: [...found.casts],
  }
}

/** The AND-ed terms of a condition and every column named in it. */
export function predicateOf(c: Cursor, node: Node): Predicate {
  const found = facts()
  collect(node, found)
  return { sql: slice(c, node.start, node.end), terms: termsOf(c, node), columns: [...found.columns] }
}

/** Takes a value of the program that stands where WHERE may: a condition of which nothing is known. */
export function unknownPredicate(c: Cursor): Predicate | undefined {
  if (!isHole(c)) return undefined
  const token = c.tokens[c.at++]!
  const sql = slice(c, token.start, token.end)
  return { sql, terms: [{ column: undefined, operator: 'other', operand: undefined, sql }], columns: [] }
}

function termsOf(c: Cursor, node: Node): Term[] {
  if (node.kind === 'and') return node.children.flatMap((child) => termsOf(c, child))
  const sql = slice(c, node.start, node.end)
  const other: Term = { column: undefined, operator: 'other', operand: undefined, sql }
  if (node.kind === 'exists') return [{ ...other, operator: 'exists', operand: 'subquery' }]
  if (node.kind === 'or')
    return [
      eitherOf(
        node.children.flatMap((child) => (child.kind === 'and' ? [other] : termsOf(c, child))),
        sql,
      ) ?? other,
    ]
  if (node.kind !== 'compare') return [other]
  const [left, right] = node.children
  const operator = node.name as Term['operator']
  if (left?.kind === 'column') {
    if (operator === 'is null' || operator === 'is not null' || right === undefined)
      return [{ column: left.name, operator, operand: undefined, sql }]
    if (operator === 'between') {
      const both = [right, node.children[2]!].map(operandOf)
      return [{ column: left.name, operator, operand: both[0] === both[1] ? both[0] : 'expression', sql }]
    }
    if (right.kind === 'list') {
      const term = { column: left.name, operator, operand: listOperand(right.children), sql }
      return [
        right.children.some((child) => child.kind === 'parameter' && child.name === HOLE)
          ? term
          : { ...term, count: right.children.length },
      ]
    }
    return [{ column: left.name, operator, operand: operandOf(right), sql }]
  }
  if (right?.kind === 'column' && left && operator in mirrored)
    return [{ column: right.name, operator: mirrored[operator]!, operand: operandOf(left), sql }]
  return [{ ...other, operator }]
}

const mirrored: Readonly<Record<string, Term['operator']>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function listOperand(items: readonly Node[]): Operand {
  const kinds = new Set(items.map(operandOf))
  if (kinds.size === 1) return kinds.values().next().value ?? 'constant'
  return [...kinds].every((kind) => kind === 'constant' || kind === 'parameter') ? 'parameter' : 'expression'
}

/** What stands on the other side of a comparison. */
function operandOf(node: Node): Operand {
  if (node.query) return node.query.limited ? 'limited-subquery' : 'subquery'
  if (isConstant(node)) return 'constant'
  if (node.kind === 'parameter' || node.kind === 'variable') return 'parameter'
  if (node.kind === 'column') return 'column'
  return 'expression'
}

/** One `column = value` of UPDATE … SET. */
export function assignmentOf(column: string, node: Node): Assignment {
  const found = facts()
  collect(node, found)
  const operand = operandOf(node)
  const value = node.kind === 'default' ? 'default' : isNull(node) ? 'null' : operand === 'limited-subquery' ? 'subquery' : operand
  const inner = found.queries.flatMap((query) => query.columns)
  const made: Assignment = { column, value, columns: [...new Set([...found.columns, ...inner])], literals: found.literals }
  return accumulates(node, column.toLowerCase()) ? { ...made, accumulates: true } : made
}

/** Is the column's own value an operand of arithmetic, or of a text put together? Bits and JSON stay as they are when set twice. */
function accumulates(node: Node, column: string): boolean {
  const joins =
    (node.kind === 'operator' && node.name.split(' ').some((name) => /^(?:[-+*/%]|\|\|)$/.test(name))) ||
    (node.kind === 'call' && /^concat(?:_ws)?$/.test(node.name))
  if (joins && node.children.some((child) => child.kind === 'column' && child.name.toLowerCase() === column)) return true
  return (joins || node.kind === 'operator') && node.children.some((child) => accumulates(child, column))
}
