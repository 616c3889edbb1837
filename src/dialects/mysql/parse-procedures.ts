import type { Context, Guard, Loop } from '../../ir/context.ts'
import type { Operation } from '../../ir/operation.ts'
import { type Cursor, peek, sees, spanOf, take, Unreadable } from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { operationsOf } from '../../sql/read-statements.ts'
import { type Body, decided, known, type Memory } from './parse-dynamic.ts'
import { guardOf, otherwise } from './parse-guards.ts'

type Open = { readonly kind: 'block' | 'handler' } | If | { readonly kind: 'loop'; readonly loop: Loop }

interface If {
  readonly kind: 'if'
  readonly guard: Guard
  /** The call's own arguments decide that this side does not run: its condition does not hold, or one before it does. */
  readonly decision?: 'dead' | 'done'
  /** They decide that it does, where no side before it does. */
  readonly isCertain?: boolean
  /** They decide that no side before it does. */
  readonly isNext: boolean
}

/** The operations of a routine's body as CALL runs it: the guards of its IFs and its loops stand in their context. */
export function operationsOfBody(
  c: Cursor,
  body: Pick<Body, 'traced' | 'tokens'>,
  m: Memory,
  read: (c: Cursor) => readonly Operation[],
): readonly Operation[] {
  const found: Operation[] = []
  const open: Open[] = []
  const reader: Cursor = { traced: body.traced, tokens: body.tokens, syntax: c.syntax, at: 0, depth: 0, notes: [] }
  while (reader.at < body.tokens.length) {
    if (take(reader, ';') || readControl(reader, open, m)) continue
    const start = reader.at
    while (reader.at < body.tokens.length && !sees(reader, ';')) reader.at++
    const tokens = body.tokens.slice(start, reader.at)
    if (skipped.has(tokens[0]!.text) || open.some((entry) => entry.kind === 'if' && entry.decision !== undefined)) continue
    const span = spanOf(body.traced, tokens[0]!.start, tokens.at(-1)!.end)
    const context = contextOf(open)
    for (const operation of operationsOf(body.traced, tokens, c.syntax, span, read)) {
      const inner = operation.context
      const guards = [...(context.guards ?? []), ...(inner?.guards ?? [])]
      found.push({ ...operation, context: { ...inner, ...context, ...(guards.length > 0 ? { guards } : {}) } })
    }
  }
  return found
}

/** Statements of a body that do nothing to the database. */
const skipped = new Set(['DECLARE', 'LEAVE', 'ITERATE', 'OPEN', 'FETCH', 'CLOSE', 'RETURN', 'SIGNAL', 'RESIGNAL'])

function contextOf(open: readonly Open[]): Context {
  const guards = open.flatMap((entry) => (entry.kind === 'if' && !(entry.isNext && entry.isCertain) ? [entry.guard] : []))
  const loops = open.flatMap((entry) => (entry.kind === 'loop' ? [entry.loop] : []))
  const block = open.some((entry) => entry.kind === 'handler') ? 'catch' : 'procedure'
  return { block, ...(guards.length > 0 ? { guards } : {}), ...(loops.length > 0 ? { loops } : {}) }
}

/** Takes a word of control that stands before, between or after statements; false when a statement stands next. */
function readControl(c: Cursor, open: Open[], m: Memory): boolean {
  if (peek(c, 1).text === ':' && peek(c).kind === 'word') {
    c.at += 2
    return true
  }
  switch (peek(c).text) {
    case 'BEGIN':
      c.at++
      take(c, 'NOT', 'ATOMIC')
      open.push({ kind: 'block' })
      return true
    case 'DECLARE':
      return readHandler(c, open)
    case 'END':
      c.at++
      if (['IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT', 'FOR'].includes(peek(c).text)) c.at++
      if (!sees(c, ';') && c.at < c.tokens.length) c.at++
      open.pop()
      return true
    case 'IF':
      c.at++
      open.push(readIf(c, m))
      return true
    case 'ELSEIF': {
      c.at++
      const next = readIf(c, m)
      replaceTop(open, (top) => ({ ...next, isNext: isRuledOut(top), ...(isOver(top) ? { decision: 'done' } : {}) }))
      return true
    }
    case 'ELSE':
      c.at++
      replaceTop(open, (top) => {
        const isNext = isRuledOut(top)
        return { kind: 'if', guard: otherwise(top.guard), isNext, ...(isOver(top) ? { decision: 'done' } : { isCertain: isNext }) }
      })
      return true
    case 'CASE':
      c.at++
      open.push({ kind: 'if', guard: { by: 'condition', requires: 'unknown' }, isNext: true })
      if (!sees(c, 'WHEN')) skipTo(c, 'WHEN')
      return true
    case 'WHEN':
      c.at++
      readCondition(c, 'THEN', m)
      return true
    case 'WHILE':
    case 'FOR':
      skipTo(c, 'DO')
      c.at++
      open.push(loopAt(c))
      return true
    case 'LOOP':
    case 'REPEAT':
      c.at++
      open.push(loopAt(c))
      return true
    case 'UNTIL':
      skipTo(c, 'END')
      return true
    default:
      return false
  }
}

function loopAt(c: Cursor): Open {
  return { kind: 'loop', loop: { over: 'unknown', bounded: false, commits: 'unknown', id: peek(c).start } }
}

function replaceTop(open: Open[], next: (top: If) => If): void {
  const top = open.at(-1)
  if (top?.kind === 'if') open[open.length - 1] = next(top)
}

/** Has a side of the IF run for certain? Those after it do not. */
function isOver({ decision, isCertain }: If): boolean {
  return isCertain === true || decision === 'done'
}

function isRuledOut({ decision, isNext }: If): boolean {
  return isNext && decision === 'dead'
}

function skipTo(c: Cursor, word: string): void {
  while (c.at < c.tokens.length && !sees(c, word)) c.at++
}

/** DECLARE … HANDLER FOR … BEGIN opens a block that runs when something failed; other declarations are skipped as statements. */
function readHandler(c: Cursor, open: Open[]): boolean {
  let ahead = 1
  let handler = false
  while (c.at + ahead < c.tokens.length && peek(c, ahead).text !== ';') {
    if (peek(c, ahead).text === 'HANDLER') handler = true
    if (handler && peek(c, ahead).text === 'BEGIN') {
      c.at += ahead + 1
      open.push({ kind: 'handler' })
      return true
    }
    ahead++
  }
  return false
}

function readIf(c: Cursor, m: Memory): If {
  const { guard, holds } = readCondition(c, 'THEN', m)
  return { kind: 'if', guard, isNext: true, ...(holds === undefined ? {} : holds ? { isCertain: true } : { decision: 'dead' }) }
}

function readCondition(c: Cursor, end: string, m: Memory): { readonly guard: Guard; readonly holds: boolean | undefined } {
  const from = c.at
  let guard: Guard = { by: 'condition', requires: 'unknown' }
  let holds: boolean | undefined
  try {
    const node = readExpression(c)
    guard = guardOf({ node, variableOf: (inner) => c.traced.text.slice(inner.start, inner.end).toLowerCase() }, known(m))
    holds = decided(node, m)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    c.at = from
  }
  skipTo(c, end)
  c.at++
  return { guard, holds }
}
