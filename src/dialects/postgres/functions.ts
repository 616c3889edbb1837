import type { CreateFunctionStmt, Node, TypeName } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { CreateFunction, Operation, Parameter } from '../../ir/operation.ts'
import { dataType } from './data-types.ts'
import { functionTraits } from './details.ts'
import { embeddedNodes } from './embedded.ts'
import { type Facts, factsOf, factsOfAll } from './facts.ts'
import { embeddedSql, parseBody } from './plpgsql.ts'
import { as, qualifiedName, type Reading, shownText, strings } from './reading.ts'

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
  const columns = [...facts.columns, ...(procedural?.columns ?? [])]
  const writes = [...facts.writes, ...(procedural?.writes ?? [])]
  const traits = functionTraits(reading, node.options)
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
      uses: [...facts.tables.values(), ...(procedural?.tables ?? [])],
      literals: facts.literals,
      ...(columns.length > 0 ? { columns } : {}),
      ...(writes.length > 0 ? { writes } : {}),
      parameters: (node.parameters ?? []).map((each) => parameter(reading, each)),
      ...(node.returnType ? { returns: typeText(reading, node.returnType) } : {}),
      ...(traits.security ? { security: traits.security } : {}),
      ...(Object.keys(traits.settings).length > 0 ? { settings: traits.settings } : {}),
    },
  ]
}

const modes: Readonly<Record<string, Parameter['mode']>> = {
  FUNC_PARAM_OUT: 'out',
  FUNC_PARAM_INOUT: 'inout',
  FUNC_PARAM_VARIADIC: 'variadic',
  FUNC_PARAM_TABLE: 'table',
}

/** A parameter as the statement declares it. */
export function parameter(reading: Reading, node: Node): Parameter {
  const own = as(node, 'FunctionParameter')
  return {
    name: own?.name === undefined ? undefined : shownText(reading, own.name),
    type: typeText(reading, own?.argType),
    mode: modes[own?.mode ?? ''] ?? 'in',
    optional: own?.defexpr !== undefined,
  }
}

function typeText(reading: Reading, type: TypeName | undefined): string {
  return `${type?.setof ? 'setof ' : ''}${dataType(reading, type)?.text ?? ''}`
}

/** The types in parentheses after the name of a function in DROP FUNCTION. */
export function argumentTypes(reading: Reading, nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map((node) => typeText(reading, as(node, 'TypeName')))
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

interface Body {
  readonly tables: readonly Name[]
  readonly columns: readonly string[]
  readonly writes: Facts['writes']
}

/** The tables and columns that a PL/pgSQL body names in static SQL, and those of a trigger's rows; undefined when it does not parse. */
function proceduralBody(reading: Reading): Body | undefined {
  const body = parseBody(reading.text.slice(reading.start, reading.end))
  if (body instanceof Error) return undefined
  const uses = new Map<string, Name>()
  const columns = new Set<string>()
  const writes: Facts['writes'] = []
  for (const sql of embeddedSql(body.body)) {
    for (const [, plain, quoted] of sql.matchAll(/\b(?:new|old)\s*\.\s*(?:(\w+)|"([^"]+)")/gi)) columns.add(plain?.toLowerCase() ?? quoted!)
    if (!/\b(?:from|into|update|table|join)\b/i.test(sql)) continue
    const nodes = sqlBody(sql)
    const parts = nodes.length > 0 ? nodes : sqlBody(`SELECT ${sql}`)
    const facts = factsOfAll(reading, parts)
    for (const [key, name] of facts.tables) uses.set(key, name)
    for (const column of facts.columns) columns.add(column)
    writes.push(...facts.writes)
  }
  return { tables: [...uses.values()], columns: [...columns], writes }
}
