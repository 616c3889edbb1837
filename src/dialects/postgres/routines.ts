import type { CreateFunctionStmt, FuncCall, Node, SelectStmt } from 'libpg-query'
import type { CreateFunction, Operation, Parameter } from '../../ir/operation.ts'
import { signature } from '../../schema/apply-function.ts'
import { byteOffsets } from './byte-offsets.ts'
import { type Convert, operationsOfBody } from './do-blocks.ts'
import { type Embedded, embed, startOfBody } from './embedded.ts'
import { knownText } from './execute.ts'
import { parameter } from './functions.ts'
import { attempt } from './parser.ts'
import { as, type Reading, type Routine, strings } from './reading.ts'

/** Calls that a text has followed at most: routines may call each other in any number. */
const mostCalls = 1000

/** What a body must have a word of to change anything. */
const changing = /\b(?:insert|update|delete|merge|truncate|create|alter|drop|execute|call|perform|select)\b/i

/** Is there anything in the body of a routine for a call of it to be followed to? Triggers call theirs by themselves. */
export function followsInto({ language, returns }: CreateFunction, sql: string): boolean {
  return /^(?:plpgsql|sql)$/i.test(language ?? '') && returns?.toLowerCase() !== 'trigger' && changing.test(sql)
}

/** Keeps a routine of the text for the calls that follow. */
export function remember(reading: Reading, node: CreateFunctionStmt): void {
  const name = strings(node.funcname).at(-1)?.toLowerCase()
  if (name === undefined) return
  const { byName } = reading.routines
  const parameters = (node.parameters ?? []).map((each) => parameter(reading, each))
  const others = (byName.get(name) ?? []).filter((other) => signature(other.parameters) !== signature(parameters))
  byName.set(name, [...others, { reading: { ...reading }, node, parameters }])
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
  const { routines, within = new Set<Routine>() } = reading
  const name = strings(call?.funcname).at(-1)?.toLowerCase()
  const known = name === undefined ? [] : (routines.byName.get(name) ?? [])
  const [routine, ...others] = known.filter((one) => takes(one, call?.args?.length ?? 0))
  // Of several forms that take as many arguments, their types choose.
  if (!routine || others.length > 0 || within.has(routine) || routines.followed >= mostCalls) return []
  routines.followed++
  const body = {
    ...routine.reading,
    values: valuesOf(reading, routine, call?.args ?? []),
    within: new Set([...within, routine]),
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
function valuesOf(caller: Reading, routine: Routine, args: readonly Node[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [i, { name, mode }] of givenBy(routine).entries()) {
    const value = args[i] && !as(args[i], 'NamedArgExpr') ? knownText(caller, args[i]) : undefined
    if (name !== undefined && mode !== 'variadic' && value !== undefined) values.set(name, value)
  }
  return values
}

/** The parameters that a call writes something for; CALL does so for what a procedure gives back, too. */
function givenBy({ node, parameters }: Routine): readonly Parameter[] {
  return parameters.filter(({ mode }) => mode !== 'table' && (mode !== 'out' || node.is_procedure))
}

/** Can a call with so many arguments be one of this routine? */
function takes(routine: Routine, count: number): boolean {
  const given = givenBy(routine)
  if (given.some(({ mode }) => mode === 'variadic'))
    return count >= given.filter(({ mode, optional }) => mode !== 'variadic' && !optional).length
  return count <= given.length && count >= given.filter(({ optional }) => !optional).length
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
  { node, parameters }: Routine,
  location: number | undefined,
): readonly { reading: Reading; nodes: readonly Node[] }[] {
  const { text } = bodyOf(node)
  const tree = attempt(text)
  if (tree instanceof Error) return []
  const variables = new Set(parameters.flatMap(({ name }) => name ?? []))
  const place: Embedded = { ...startOfBody(reading, location), variables }
  const offsets = byteOffsets(text)
  const at = (byte: number) => (offsets === undefined ? byte : (offsets[byte] ?? text.length))
  return (tree.stmts ?? []).flatMap(({ stmt_location: from = 0, stmt_len: length }) => {
    const own = text.slice(at(from), length ? at(from + length) : undefined).trim()
    const found = embed(reading, place, own)
    return found instanceof Error ? [] : [found]
  })
}
