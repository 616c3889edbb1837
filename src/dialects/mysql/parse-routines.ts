import type { CreateFunction, CreateTrigger, CreateView, Operation, Parameter } from '../../ir/operation.ts'
import { bodyFacts } from '../../sql/body.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  peek,
  readColumnList,
  readName,
  sees,
  seesAll,
  skipParentheses,
  slice,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readNamedQuery } from '../../sql/query.ts'
import { needs } from './parse-features.ts'
import { withClause } from './parse-guards.ts'

/** Whose rights an object runs with, as far as its statement says. */
export interface Rights {
  readonly definer?: string
  readonly security?: 'definer' | 'invoker'
}

/** Takes DEFINER=, ALGORITHM= and SQL SECURITY between CREATE and the kind of object. */
export function readDefiner(c: Cursor): Rights {
  let rights: Rights = {}
  for (;;) {
    if (take(c, 'DEFINER')) {
      expect(c, '=')
      const { start } = peek(c)
      skipUser(c)
      rights = { ...rights, definer: slice(c, start, endOffset(c)) }
    } else if (take(c, 'ALGORITHM')) {
      expect(c, '=')
      c.at++
    } else if (take(c, 'SQL', 'SECURITY')) {
      rights = { ...rights, security: sees(c, 'INVOKER') ? 'invoker' : 'definer' }
      c.at++
    } else return rights
  }
}

/** Takes 'name'@'host', CURRENT_USER or a role. */
function skipUser(c: Cursor): void {
  c.at++
  if (sees(c, '(')) skipParentheses(c)
  else if (peek(c).kind === 'variable') c.at++
  else if (take(c, '@')) c.at++
}

/** Takes what follows CREATE … VIEW. */
export function readCreateView(c: Cursor, from: number, orReplace: boolean, rights: Rights): CreateView {
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, 'IF NOT EXISTS on CREATE VIEW', 90100, 100103)
  const name = readName(c, 'a view')
  const names = sees(c, '(') ? readColumnList(c) : undefined
  expect(c, 'AS')
  const { query, outputs } = readNamedQuery(c)
  if (take(c, 'WITH')) {
    takeOne(c, 'CASCADED', 'LOCAL')
    expect(c, 'CHECK', 'OPTION')
  }
  const shown = names ?? outputs
  return {
    kind: 'createView',
    name,
    materialized: false,
    orReplace,
    ifNotExists,
    query,
    ...(shown ? { outputs: shown } : {}),
    ...(rights.definer === undefined ? {} : { definer: rights.definer }),
    ...(rights.security === 'invoker' ? { securityInvoker: true as const } : {}),
    span: spanFrom(c, from),
  }
}

/** Takes what follows CREATE … TRIGGER; its body is not run by the migration. */
export function readCreateTrigger(c: Cursor, from: number, orReplace: boolean, rights: Rights): CreateTrigger {
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, 'IF NOT EXISTS on CREATE TRIGGER', 80029, 100104)
  const { name } = readName(c, 'a trigger')
  if (!takeOne(c, 'BEFORE', 'AFTER')) fail(c, 'expected BEFORE or AFTER')
  const firesOn: ('insert' | 'update' | 'delete')[] = []
  do {
    const event = takeOne(c, 'INSERT', 'UPDATE', 'DELETE') ?? fail(c, 'expected INSERT, UPDATE or DELETE')
    firesOn.push(event.toLowerCase() as 'insert' | 'update' | 'delete')
  } while (take(c, 'OR'))
  expect(c, 'ON')
  const table = readName(c, 'a table')
  expect(c, 'FOR', 'EACH', 'ROW')
  if (c.at >= c.tokens.length) fail(c, 'expected a body')
  const { uses, columns } = bodyFacts(c, c.at)
  c.at = c.tokens.length
  const trigger = {
    kind: 'createTrigger',
    name,
    table,
    orReplace,
    firesOn,
    ...(rights.definer === undefined ? {} : { definer: rights.definer }),
    ...(uses.length > 0 ? { uses } : {}),
    ...(columns.length > 0 ? { columns } : {}),
    span: spanFrom(c, from),
  } as const
  return withClause<CreateTrigger>(trigger, ifNotExists, { requires: 'absent', table })
}

/** Takes what follows CREATE … PROCEDURE or FUNCTION; gives where its body starts (a token's index). */
export function readCreateRoutine(
  c: Cursor,
  from: number,
  procedure: boolean,
  orReplace: boolean,
  rights: Rights,
): { readonly operation: CreateFunction; readonly body: number } {
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, `IF NOT EXISTS on CREATE ${procedure ? 'PROCEDURE' : 'FUNCTION'}`, 80029, 100103)
  const name = readName(c, 'a routine')
  const loadable = !procedure && (sees(c, 'RETURNS') || sees(c, 'SONAME'))
  const parameters = loadable ? undefined : readParameters(c)
  if (loadable) c.at = c.tokens.length
  let volatility: CreateFunction['volatility'] = 'unknown'
  let security = rights.security
  let dataAccess: CreateFunction['dataAccess'] = 'none'
  let returns: string | undefined
  while (c.at < c.tokens.length && !bodyStarts.has(peek(c).text) && !(sees(c, 'SET') && !sees(c, 'CHARACTER', -1))) {
    if (sees(c, 'DETERMINISTIC')) volatility = peek(c, -1).text === 'NOT' ? 'volatile' : 'immutable'
    if (sees(c, 'DETERMINISTIC') && volatility === 'immutable') dataAccess = 'deterministic'
    else if (seesAll(c, 'NO', 'SQL') && dataAccess === 'none') dataAccess = 'no sql'
    else if (seesAll(c, 'READS', 'SQL', 'DATA') && dataAccess === 'none') dataAccess = 'reads sql data'
    else if (seesAll(c, 'SQL', 'SECURITY')) security = sees(c, 'INVOKER', 2) ? 'invoker' : 'definer'
    if (sees(c, 'RETURNS')) returns = typeAfter(c)
    // RETURNS int, COMMENT 'text', READS SQL DATA
    c.at++
  }
  const body = c.at
  if (!loadable && c.at >= c.tokens.length) fail(c, 'expected a body')
  const { uses } = bodyFacts(c, body)
  c.at = c.tokens.length
  const operation = {
    kind: 'createFunction',
    name,
    procedure,
    orReplace,
    language: loadable ? undefined : 'sql',
    volatility,
    constant: false,
    uses,
    literals: [],
    ...(parameters ? { parameters } : {}),
    ...(returns === undefined ? {} : { returns }),
    ...(security ? { security } : {}),
    ...(rights.definer === undefined ? {} : { definer: rights.definer }),
    ...(loadable ? {} : { dataAccess }),
    span: spanFrom(c, from),
  } as const
  return { operation: withClause<CreateFunction>(operation, ifNotExists, { requires: 'absent' }), body }
}

const bodyStarts = new Set(
  'BEGIN RETURN SELECT INSERT UPDATE DELETE REPLACE CALL IF CASE LOOP WHILE REPEAT ALTER CREATE DROP TRUNCATE EXECUTE PREPARE WITH RENAME DECLARE'.split(
    ' ',
  ),
)
/** Takes the parameters of a routine: `IN id INT, OUT name VARCHAR(20)`. */
function readParameters(c: Cursor): readonly Parameter[] {
  const from = c.at
  skipParentheses(c)
  const end = c.at - 1
  const found: Parameter[] = []
  for (let i = from + 1; i < end; ) {
    const word = c.tokens[i]!.text
    const mode = word === 'OUT' ? 'out' : word === 'INOUT' ? 'inout' : 'in'
    if (word === 'IN' || word === 'OUT' || word === 'INOUT') i++
    const name = c.tokens[i]
    let last = i + 1
    for (let depth = 0; last < end && !(depth === 0 && c.tokens[last]!.text === ','); last++) {
      if (c.tokens[last]!.text === '(') depth++
      else if (c.tokens[last]!.text === ')') depth--
    }
    const type = last > i + 1 ? slice(c, c.tokens[i + 1]!.start, c.tokens[last - 1]!.end) : ''
    if (name) found.push({ name: slice(c, name.start, name.end).replace(/^`|`$/g, ''), type, mode, optional: false })
    i = last + 1
  }
  return found
}

/** The type after RETURNS, with its arguments. */
function typeAfter(c: Cursor): string | undefined {
  const first = c.tokens[c.at + 1]
  if (first === undefined) return undefined
  const reader = { ...c, at: c.at + 2 }
  if (sees(reader, '(')) skipParentheses(reader)
  take(reader, 'UNSIGNED')
  return slice(c, first.start, endOffset(reader))
}

/** Takes what follows CREATE EVENT or ALTER EVENT; its body is not run by the migration. */
export function readEvent(c: Cursor, from: number, command: string): Operation {
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  const name = readName(c, 'an event')
  if (c.at >= c.tokens.length) fail(c, 'expected a schedule')
  c.at = c.tokens.length
  return { kind: 'otherStatement', command, name, ifNotExists, span: spanFrom(c, from) }
}

/** Takes the rest of ALTER VIEW or ALTER PROCEDURE. */
export function readAlterView(c: Cursor, from: number, rights: Rights): CreateView {
  return { ...readCreateView(c, from, true, rights), orReplace: true }
}
