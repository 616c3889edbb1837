import type { CreateFunctionStmt, FuncCall, Node, SelectStmt } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import { byteOffsets } from './byte-offsets.ts'
import { type Convert, operationsOfBody } from './do-blocks.ts'
import { type Embedded, embed, startOfBody } from './embedded.ts'
import { knownText } from './execute.ts'
import { attempt } from './parser.ts'
import { as, type Reading, type Routine, strings } from './reading.ts'

/** Calls that a text has followed at most: routines may call each other in any number. */
const mostCalls = 1000

/** Keeps a routine of the text for the calls that follow. */
export function remember(reading: Reading, node: CreateFunctionStmt): void {
  const name = strings(node.funcname).at(-1)
  if (name !== undefined) reading.routines.byName.set(name.toLowerCase(), { reading: { ...reading }, node })
}

/** What `SELECT f()` and `SELECT … FROM f()` run beside reading. A function that is called for each row of a table is not followed. */
export function calledBySelect(reading: Reading, { fromClause, targetList }: SelectStmt, convert: Convert): readonly Operation[] {
  if (reading.routines.byName.size === 0) return []
  const targets = (targetList ?? []).map((target) => as(target, 'ResTarget')?.val)
  const calls = fromClause ? fromClause.flatMap(callsInFrom) : targets
  return calls.flatMap((node) => called(reading, as(node, 'FuncCall'), convert))
}

function callsInFrom(item: Node): readonly (Node | undefined)[] {
  return (as(item, 'RangeFunction')?.functions ?? []).map((entry) => as(entry, 'List')?.items?.[0])
}

/** What a call runs of the body of a routine that this text has created; the places are those of the body. */
export function called(reading: Reading, call: FuncCall | undefined, convert: Convert): readonly Operation[] {
  const { routines, within = new Set<string>() } = reading
  const name = strings(call?.funcname).at(-1)?.toLowerCase()
  const routine = name === undefined ? undefined : routines.byName.get(name)
  if (!routine || name === undefined || within.has(name) || routines.followed >= mostCalls) return []
  routines.followed++
  const body = {
    ...routine.reading,
    values: valuesOf(reading, routine, call?.args ?? []),
    within: new Set([...within, name]),
    unsupported: reading.unsupported,
  }
  const { language, location } = bodyOf(routine.node)
  if (language === 'plpgsql') return operationsOfBody(body, location, convert)
  if (language !== 'sql' || routine.node.sql_body) return []
  return statementsOf(body, routine, location).flatMap(({ reading: own, nodes }) =>
    nodes.flatMap((node) =>
      convert(own, node)
        .filter(({ kind }) => kind !== 'select')
        .map((operation): Operation => ({ ...operation, context: { ...operation.context, block: operation.context?.block ?? 'do' } })),
    ),
  )
}

/** What the call gives to the parameters, by their names. */
function valuesOf(caller: Reading, { node }: Routine, args: readonly Node[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [i, parameter] of parametersOf(node).entries()) {
    const value = args[i] && !as(args[i], 'NamedArgExpr') ? knownText(caller, args[i]) : undefined
    if (parameter !== undefined && value !== undefined) values.set(parameter, value)
  }
  return values
}

function parametersOf(node: CreateFunctionStmt): readonly (string | undefined)[] {
  return (node.parameters ?? [])
    .map((parameter) => as(parameter, 'FunctionParameter'))
    .filter((parameter) => parameter?.mode !== 'FUNC_PARAM_OUT' && parameter?.mode !== 'FUNC_PARAM_TABLE')
    .map((parameter) => parameter?.name)
}

function bodyOf(node: CreateFunctionStmt): {
  readonly language: string | undefined
  readonly location: number | undefined
  readonly text: string
} {
  let language: string | undefined
  let location: number | undefined
  let text = ''
  for (const option of node.options ?? []) {
    const element = as(option, 'DefElem')
    if (element?.defname === 'language') language = as(element.arg, 'String')?.sval?.toLowerCase()
    if (element?.defname !== 'as') continue
    location = element.location
    text = strings(as(element.arg, 'List')?.items)[0] ?? ''
  }
  return { language, location, text }
}

/** The statements of an SQL body, each with where it stands. */
function statementsOf(
  reading: Reading,
  { node }: Routine,
  location: number | undefined,
): readonly { reading: Reading; nodes: readonly Node[] }[] {
  const { text } = bodyOf(node)
  const tree = attempt(text)
  if (tree instanceof Error) return []
  const variables = new Set(parametersOf(node).filter((name) => name !== undefined))
  const place: Embedded = { ...startOfBody(reading, location), variables }
  const offsets = byteOffsets(text)
  const at = (byte: number) => (offsets === undefined ? byte : (offsets[byte] ?? text.length))
  return (tree.stmts ?? []).flatMap(({ stmt_location: from = 0, stmt_len: length }) => {
    const own = text.slice(at(from), length ? at(from + length) : undefined).trim()
    const found = embed(reading, place, own)
    return found instanceof Error ? [] : [found]
  })
}
