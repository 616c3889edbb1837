import { type CreateFunctionStmt, type Node, parseSync } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { CreateFunction, Operation } from '../../ir/operation.ts'
import { factsOf } from './facts.ts'
import { functionBodies } from './plpgsql.ts'
import { as, qualifiedName, type Reading, strings } from './reading.ts'

/** CREATE FUNCTION and PROCEDURE: what it is and depends on. Its body is not run. */
export function createFunction(reading: Reading, node: CreateFunctionStmt): readonly Operation[] {
  let language: string | undefined
  let volatility: CreateFunction['volatility'] = 'volatile'
  let body: string | undefined
  for (const option of node.options ?? []) {
    const element = as(option, 'DefElem')
    if (element?.defname === 'language') language = as(element.arg, 'String')?.sval?.toLowerCase()
    else if (element?.defname === 'volatility') volatility = volatilityOf(as(element.arg, 'String')?.sval)
    else if (element?.defname === 'as') body = strings(as(element.arg, 'List')?.items)[0]
  }
  if (node.sql_body) language ??= 'sql'
  const parts = node.sql_body ? [node.sql_body] : language === 'sql' && body !== undefined ? sqlBody(body) : []
  const procedural = language === 'plpgsql' && body !== undefined ? functionBodies(reading, node, body) : undefined
  const facts = factsOf(reading, ...parts)
  return [
    {
      kind: 'createFunction',
      span: reading.span,
      name: qualifiedName(reading, strings(node.funcname)),
      procedure: node.is_procedure === true,
      orReplace: node.replace === true,
      language,
      volatility,
      constant: procedural?.constant ?? isConstant(reading, parts),
      uses: [...facts.tables.values(), ...(procedural?.uses ?? [])],
      literals: facts.literals,
    },
  ]
}

function volatilityOf(word: string | undefined): CreateFunction['volatility'] {
  const lower = word?.toLowerCase()
  return lower === 'immutable' || lower === 'stable' || lower === 'volatile' ? lower : 'unknown'
}

/** The statements of an SQL body; none when it does not parse (it can be checked later only by the server). */
export function sqlBody(body: string): readonly Node[] {
  try {
    return (parseSync(body).stmts ?? []).map((raw) => raw.stmt).filter((node) => node !== undefined)
  } catch {
    return []
  }
}

/** Is the body one SELECT (or RETURN) of constants? */
function isConstant(reading: Reading, parts: readonly Node[]): boolean {
  if (parts.length !== 1) return false
  const returned = as(parts[0], 'ReturnStmt')
  if (returned) return factsOf(reading, returned.returnval).constant
  const select = as(parts[0], 'SelectStmt')
  if (!select?.targetList || select.fromClause) return false
  return factsOf(reading, parts[0]).constant
}

/** The tables that static SQL names, for bodies that are read for their dependencies only. */
export function tablesNamed(reading: Reading, sql: string): readonly Name[] {
  return [...factsOf(reading, ...sqlBody(sql)).tables.values()]
}
