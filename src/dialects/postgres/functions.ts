import type { CreateFunctionStmt, Node } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { CreateFunction, Operation } from '../../ir/operation.ts'
import { embeddedNodes } from './embedded.ts'
import { factsOf, factsOfAll } from './facts.ts'
import { embeddedSql, parseBody } from './plpgsql.ts'
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
  const procedural = language === 'plpgsql' ? proceduralBody(reading) : undefined
  const facts = factsOfAll(reading, parts)
  return [
    {
      kind: 'createFunction',
      span: reading.span,
      name: qualifiedName(reading, strings(node.funcname)),
      procedure: node.is_procedure === true,
      orReplace: node.replace === true,
      language,
      volatility,
      // Only an SQL function is inlined: the server calls a PL/pgSQL one for every row, whatever it returns (measured on PostgreSQL 15).
      constant: language === 'sql' && isConstant(reading, parts),
      uses: [...facts.tables.values(), ...(procedural ?? [])],
      literals: facts.literals,
    },
  ]
}

function volatilityOf(word: string | undefined): CreateFunction['volatility'] {
  const lower = word?.toLowerCase()
  return lower === 'immutable' || lower === 'stable' || lower === 'volatile' ? lower : 'unknown'
}

/** The statements of an SQL body; none when it does not parse (it can be checked later only by the server). */
function sqlBody(body: string): readonly Node[] {
  const nodes = embeddedNodes(body)
  return nodes instanceof Error ? [] : nodes
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

/** The tables that a PL/pgSQL body names in static SQL; undefined when it does not parse. */
function proceduralBody(reading: Reading): readonly Name[] | undefined {
  const body = parseBody(reading.text.slice(reading.start, reading.end))
  if (body instanceof Error) return undefined
  const uses = new Map<string, Name>()
  for (const sql of embeddedSql(body.body)) {
    if (!/\b(?:from|into|update|table|join)\b/i.test(sql)) continue
    const nodes = sqlBody(sql)
    const parts = nodes.length > 0 ? nodes : sqlBody(`SELECT ${sql}`)
    for (const [key, name] of factsOfAll(reading, parts).tables) uses.set(key, name)
  }
  return [...uses.values()]
}
