import type { Dialect } from '../../dialects/dialect.ts'
import type { Operand, Predicate, Term } from '../../ir/data.ts'
import { eitherOf } from '../../ir/either.ts'
import type { Value } from '../../javascript/value.ts'
import { arrayOf, isAbsent, isOpen, objectOf, shown, textOf } from '../values.ts'
import { quoteName, sqlOfValue, sqlSpec } from './expressions.ts'

/** The key under which `[Op.x]` stands in an object; a program cannot write it by accident. */
export function operatorKey(name: string): string {
  return `Symbol(${name})`
}

const comparisons: Readonly<Record<string, { readonly operator: Term['operator']; readonly sql: string }>> = {
  eq: { operator: '=', sql: '=' },
  is: { operator: '=', sql: 'IS' },
  ne: { operator: '<>', sql: '!=' },
  not: { operator: '<>', sql: '!=' },
  gt: { operator: '>', sql: '>' },
  gte: { operator: '>=', sql: '>=' },
  lt: { operator: '<', sql: '<' },
  lte: { operator: '<=', sql: '<=' },
  in: { operator: 'in', sql: 'IN' },
  notIn: { operator: 'not in', sql: 'NOT IN' },
  like: { operator: 'like', sql: 'LIKE' },
  iLike: { operator: 'like', sql: 'ILIKE' },
  startsWith: { operator: 'like', sql: 'LIKE' },
  endsWith: { operator: 'like', sql: 'LIKE' },
  substring: { operator: 'like', sql: 'LIKE' },
}

/**
 * The WHERE clause of a Sequelize condition: an object of columns, `Op` keys, a literal, `sequelize.where`, or a list of these.
 * undefined: there is none and every row is meant (`{}`, null, nothing).
 */
export function predicate(value: Value | undefined, dialect: Dialect): Predicate | undefined {
  if (isAbsent(value)) return undefined
  const columns = new Set<string>()
  const terms = termsOf(value!, dialect, columns, 0)
  if (terms.length === 0) return undefined
  for (const term of terms) if (term.column !== undefined) columns.add(term.column)
  return { sql: terms.map((term) => term.sql).join(' AND '), terms, columns: [...columns] }
}

function other(sql: string): Term {
  return { column: undefined, operator: 'other', operand: undefined, sql }
}

function termsOf(value: Value, dialect: Dialect, columns: Set<string>, depth: number): Term[] {
  if (depth > 20) return [other('…')]
  const list = arrayOf(value)
  if (list) return list.items.flatMap((item) => termsOf(item, dialect, columns, depth + 1))
  if (sqlSpec(value)) {
    const sql = sqlOfValue(value, dialect)
    for (const column of dialect.parseExpression(sql).columns) columns.add(column)
    return [other(sql)]
  }
  const object = objectOf(value)
  if (object === undefined) return [other(shown(value))]
  const terms: Term[] = []
  for (const [key, member] of object.members) {
    if (key === operatorKey('and')) terms.push(...termsOf(member, dialect, columns, depth + 1))
    else if (key === operatorKey('or') || key === operatorKey('not')) {
      const branches = (arrayOf(member)?.items ?? [member]).map((item) => termsOf(item, dialect, columns, depth + 1))
      for (const branch of branches) for (const term of branch) if (term.column !== undefined) columns.add(term.column)
      const text = branches.map((branch) => branch.map((term) => term.sql).join(' AND ')).join(' OR ')
      const either =
        key === operatorKey('or') && branches.every(({ length }) => length === 1) ? eitherOf(branches.flat(), `(${text})`) : undefined
      terms.push(either ?? other(key === operatorKey('not') ? `NOT (${text})` : `(${text})`))
    } else if (member.kind !== 'undefined') terms.push(...comparison(key, member, dialect, columns, depth + 1))
  }
  if (isOpen(value)) terms.push(other('…'))
  return terms
}

function comparison(column: string, value: Value, dialect: Dialect, columns: Set<string>, depth: number): Term[] {
  const list = arrayOf(value)
  if (list) return [term(column, 'in', value, dialect)]
  const object = objectOf(value)
  if (object === undefined) return [term(column, 'eq', value, dialect)]
  const terms: Term[] = []
  for (const [key, operand] of object.members) {
    const name = /^Symbol\((\w+)\)$/.exec(key)?.[1]
    if (name === 'and' || name === 'or') {
      const items = arrayOf(operand)?.items ?? [operand]
      const parts = items.flatMap((item) => comparison(column, item, dialect, columns, depth + 1))
      if (name === 'and') terms.push(...parts)
      else {
        columns.add(column)
        const sql = `(${parts.map((part) => part.sql).join(' OR ')})`
        terms.push(eitherOf(parts, sql) ?? other(sql))
      }
    } else terms.push(term(column, name ?? key, operand, dialect))
  }
  if (terms.length === 0 || isOpen(value)) terms.push({ ...other(`${quoteName(column, dialect)} = …`), column })
  return terms
}

function operandOf(value: Value): Operand {
  const spec = sqlSpec(value)
  if (spec) return spec.form === 'col' ? 'column' : 'expression'
  if (value.kind === 'unknown' || (value.kind === 'string' && textOf(value) === undefined)) return 'parameter'
  return 'constant'
}

function term(column: string, name: string, value: Value, dialect: Dialect): Term {
  const quotedName = quoteName(column, dialect)
  const negative = name === 'ne' || name === 'not'
  if (value.kind === 'null') {
    return {
      column,
      operator: negative ? 'is not null' : 'is null',
      operand: undefined,
      sql: `${quotedName} IS ${negative ? 'NOT ' : ''}NULL`,
    }
  }
  const list = arrayOf(value)
  if (list && (name === 'between' || name === 'notBetween') && list.items.length === 2) {
    const sql = `${quotedName} ${name === 'between' ? '' : 'NOT '}BETWEEN ${list.items.map((item) => sqlOfValue(item, dialect)).join(' AND ')}`
    return { column, operator: name === 'between' ? 'between' : 'other', operand: 'constant', sql }
  }
  const known = comparisons[name]
  if (list && (name === 'in' || name === 'notIn' || name === 'eq' || negative)) {
    const not = name === 'notIn' || negative
    return {
      column,
      operator: not ? 'not in' : 'in',
      operand: list.items.some((item) => operandOf(item) === 'parameter') ? 'parameter' : 'constant',
      ...(list.complete ? { count: list.items.length } : {}),
      sql: `${quotedName} ${not ? 'NOT IN' : 'IN'} (${list.items.map((item) => sqlOfValue(item, dialect)).join(', ')})`,
    }
  }
  if (known === undefined)
    return { column, operator: 'other', operand: operandOf(value), sql: `${quotedName} ${name} ${sqlOfValue(value, dialect)}` }
  // `Op.in` with a literal is a subquery written by hand.
  const subquery = sqlSpec(value)?.form === 'literal' && /^\s*\(?\s*select\b/i.test(sqlOfValue(value, dialect))
  const operand: Operand = subquery ? (/\blimit\b/i.test(sqlOfValue(value, dialect)) ? 'limited-subquery' : 'subquery') : operandOf(value)
  return { column, operator: known.operator, operand, sql: `${quotedName} ${known.sql} ${sqlOfValue(value, dialect)}` }
}
