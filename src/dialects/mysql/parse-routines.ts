import type { Name } from '../../ir/names.ts'
import type { CreateFunction, CreateTrigger, CreateView, Operation } from '../../ir/operation.ts'
import {
  type Cursor,
  expect,
  fail,
  peek,
  readColumnList,
  readName,
  sees,
  skipParentheses,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readQuery } from '../../sql/query.ts'
import { needs } from './parse-features.ts'
import { withClause } from './parse-guards.ts'

/** Takes DEFINER=, ALGORITHM= and SQL SECURITY between CREATE and the kind of object. */
export function skipDefiner(c: Cursor): void {
  for (;;) {
    if (take(c, 'DEFINER')) {
      expect(c, '=')
      skipUser(c)
    } else if (take(c, 'ALGORITHM')) {
      expect(c, '=')
      c.at++
    } else if (take(c, 'SQL', 'SECURITY')) c.at++
    else return
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
export function readCreateView(c: Cursor, from: number, orReplace: boolean): CreateView {
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, 'IF NOT EXISTS on CREATE VIEW', 90100, 100103)
  const name = readName(c, 'a view')
  if (sees(c, '(')) readColumnList(c)
  expect(c, 'AS')
  const query = readQuery(c)
  if (take(c, 'WITH')) {
    takeOne(c, 'CASCADED', 'LOCAL')
    expect(c, 'CHECK', 'OPTION')
  }
  return { kind: 'createView', name, materialized: false, orReplace, ifNotExists, query, span: spanFrom(c, from) }
}

/** Takes what follows CREATE … TRIGGER; its body is not run by the migration. */
export function readCreateTrigger(c: Cursor, from: number, orReplace: boolean): CreateTrigger {
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, 'IF NOT EXISTS on CREATE TRIGGER', 80029, 100104)
  const { name } = readName(c, 'a trigger')
  if (!takeOne(c, 'BEFORE', 'AFTER')) fail(c, 'expected BEFORE or AFTER')
  do if (!takeOne(c, 'INSERT', 'UPDATE', 'DELETE')) fail(c, 'expected INSERT, UPDATE or DELETE')
  while (take(c, 'OR'))
  expect(c, 'ON')
  const table = readName(c, 'a table')
  expect(c, 'FOR', 'EACH', 'ROW')
  if (c.at >= c.tokens.length) fail(c, 'expected a body')
  c.at = c.tokens.length
  const trigger = { kind: 'createTrigger', name, table, orReplace, span: spanFrom(c, from) } as const
  return withClause<CreateTrigger>(trigger, ifNotExists, { requires: 'absent', table })
}

/** Takes what follows CREATE … PROCEDURE or FUNCTION; gives where its body starts (a token's index). */
export function readCreateRoutine(
  c: Cursor,
  from: number,
  procedure: boolean,
  orReplace: boolean,
): { readonly operation: CreateFunction; readonly body: number } {
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, `IF NOT EXISTS on CREATE ${procedure ? 'PROCEDURE' : 'FUNCTION'}`, 80029, 100103)
  const name = readName(c, 'a routine')
  const loadable = !procedure && (sees(c, 'RETURNS') || sees(c, 'SONAME'))
  if (loadable) c.at = c.tokens.length
  else skipParentheses(c)
  let volatility: CreateFunction['volatility'] = 'unknown'
  while (c.at < c.tokens.length && !bodyStarts.has(peek(c).text) && !(sees(c, 'SET') && !sees(c, 'CHARACTER', -1))) {
    if (sees(c, 'DETERMINISTIC')) volatility = peek(c, -1).text === 'NOT' ? 'volatile' : 'immutable'
    // RETURNS int, COMMENT 'text', READS SQL DATA
    c.at++
  }
  const body = c.at
  if (!loadable && c.at >= c.tokens.length) fail(c, 'expected a body')
  const uses = tablesIn(c, body)
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
    span: spanFrom(c, from),
  } as const
  return { operation: withClause<CreateFunction>(operation, ifNotExists, { requires: 'absent' }), body }
}

const bodyStarts = new Set(
  'BEGIN RETURN SELECT INSERT UPDATE DELETE REPLACE CALL IF CASE LOOP WHILE REPEAT ALTER CREATE DROP TRUNCATE EXECUTE PREPARE WITH RENAME DECLARE'.split(
    ' ',
  ),
)
/** Words before the name of a table in a body. */
const before = new Set(['FROM', 'JOIN', 'UPDATE', 'INTO', 'TABLE'])

/** The tables named in a body, from the words that stand before tables. */
function tablesIn(c: Cursor, body: number): Name[] {
  const found = new Map<string, Name>()
  for (let i = body; i < c.tokens.length - 1; i++) {
    if (!before.has(c.tokens[i]!.text)) continue
    const reader = { ...c, at: i + 1, notes: [] }
    take(reader, 'IF', 'NOT', 'EXISTS') || take(reader, 'IF', 'EXISTS')
    const token = peek(reader)
    if (token.kind !== 'word' && token.kind !== 'quoted') continue
    try {
      const name = readName(reader)
      found.set(`${name.schema ?? ''}.${name.name}`, name)
    } catch {
      // A reserved word: no table stands here.
    }
  }
  return [...found.values()]
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
export function readAlterView(c: Cursor, from: number): CreateView {
  return { ...readCreateView(c, from, true), orReplace: true }
}
