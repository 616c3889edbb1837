import type { Guard } from '../../ir/context.ts'
import type { Operation } from '../../ir/operation.ts'
import { containsHole, locate, sliceTraced, type Traced } from '../../source/traced.ts'
import { type Cursor, expect, fail, peek, readIdentifier, spanFrom, stringValue, take } from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import type { Node } from '../../sql/node.ts'
import { readStatements } from '../../sql/read-statements.ts'
import type { Token } from '../../sql/split.ts'
import { guardOf, type Known, otherwise, type Value } from './parse-guards.ts'

/** SQL that a variable may hold, and what had to be true for it to. */
interface Candidate {
  readonly sql: Traced
  readonly guards: readonly Guard[]
}

/** A routine's body as it was read. */
export interface Body {
  readonly parameters: readonly string[]
  readonly traced: Traced
  readonly tokens: readonly Token[]
}

/** What the statements of one text leave behind for the later ones: user variables, prepared statements, procedures. */
export interface Memory {
  readonly variables: Map<string, Stored>
  /** undefined: prepared from something that is not known. */
  readonly prepared: Map<string, readonly Candidate[] | undefined>
  readonly procedures: Map<string, Body>
  /** The parameters of the routine that is being looked into, in lower case; null: the call gives it NULL. */
  locals: ReadonlyMap<string, Traced | null>
  /** How many EXECUTEs and CALLs are being looked into. */
  depth: number
}

interface Stored extends Value {
  readonly candidates: readonly Candidate[] | undefined
}

export function memory(): Memory {
  return { variables: new Map(), prepared: new Map(), procedures: new Map(), locals: new Map(), depth: 0 }
}

/** What conditions may ask of the memory. */
export function known(m: Memory): Known {
  return { variables: m.variables, local: (name) => m.locals.get(name)?.text }
}

/** The texts of a CALL's arguments, for the parameters of the routine that it calls; `from` is the index of CALL. */
export function argumentsOf(c: Cursor, from: number, body: Body, m: Memory): Memory['locals'] {
  const bound = new Map<string, Traced | null>()
  const reader: Cursor = { ...c, at: from + 1, notes: [] }
  while (reader.at < c.tokens.length && !take(reader, '(')) reader.at++
  for (const parameter of body.parameters) {
    if (reader.at >= c.tokens.length || peek(reader).text === ')') break
    const node = readExpression(reader)
    const text = node.kind === 'null' ? null : textOf(c, node, m)
    if (text !== undefined) bound.set(parameter, text)
    take(reader, ',')
  }
  return bound
}

/** Does a condition hold in this call, as far as the arguments tell: whether they are NULL? Undefined: they do not. */
export function decided(node: Node, m: Memory): boolean | undefined {
  const parts = () => node.children.map((child) => decided(child, m))
  switch (node.kind) {
    case 'and':
      return parts().includes(false) ? false : parts().includes(undefined) ? undefined : true
    case 'or':
      return parts().includes(true) ? true : parts().includes(undefined) ? undefined : false
    case 'not': {
      const [inner] = parts()
      return inner === undefined ? undefined : !inner
    }
    case 'compare': {
      const [asked] = node.children
      if ((node.name !== 'is null' && node.name !== 'is not null') || asked?.kind !== 'column' || asked.qualifier !== undefined)
        return undefined
      const value = m.locals.get(asked.name.toLowerCase())
      return value === undefined ? undefined : (value === null) === (node.name === 'is null')
    }
    default:
      return undefined
  }
}

/** Remembers the values of SET @a = …, @b = …; `from` is the index of SET. */
export function remember(c: Cursor, from: number, m: Memory): void {
  const reader: Cursor = { ...c, at: from + 1, notes: [] }
  do {
    const token = peek(reader)
    if (token.kind !== 'variable') return
    reader.at++
    if (!take(reader, '=') && !take(reader, ':=')) return
    const node = readExpression(reader)
    const variableOf = (inner: Node) => c.traced.text.slice(inner.start, inner.end).toLowerCase()
    const name = c.traced.text.slice(token.start, token.end).toLowerCase()
    m.variables.set(name, { node, variableOf, candidates: candidatesOf(c, node, m) })
  } while (take(reader, ','))
}

/** The SQL texts that an expression may give; undefined when one of them is not known. */
function candidatesOf(c: Cursor, node: Node, m: Memory): readonly Candidate[] | undefined {
  const value: Value = { node, variableOf: (inner) => c.traced.text.slice(inner.start, inner.end).toLowerCase() }
  const text = textOf(c, node, m)
  if (text) return [{ sql: text, guards: [] }]
  switch (node.kind) {
    case 'variable':
      return m.variables.get(value.variableOf(node))?.candidates
    case 'subquery': {
      const item = firstItem(c, node)
      return item && candidatesOf(c, item, m)
    }
    case 'call': {
      const [condition, then, other] = node.children
      if (node.name !== 'if' || !condition || !then || !other) return undefined
      const guard = guardOf({ ...value, node: condition }, known(m))
      return both(guarded(candidatesOf(c, then, m), guard), guarded(candidatesOf(c, other, m), otherwise(guard)))
    }
    case 'case': {
      // WHEN a THEN b … ELSE c; with an operand in front the number of children tells nothing, so that its guards stay unknown.
      const unknown: Guard = { by: 'catalog', requires: 'unknown' }
      const found = node.children.map((child) => candidatesOf(c, child, m)).filter((candidates) => candidates !== undefined)
      const guard = node.children[0] && found.length > 0 ? guardOf({ ...value, node: node.children[0] }, known(m)) : unknown
      if (found.length === 0) return undefined
      return found.flatMap((candidates, i) => guarded(candidates, i === 0 ? guard : i === 1 ? otherwise(guard) : unknown) ?? [])
    }
    default:
      return undefined
  }
}

function guarded(candidates: readonly Candidate[] | undefined, guard: Guard): readonly Candidate[] | undefined {
  return candidates?.map((candidate) => ({ ...candidate, guards: [guard, ...candidate.guards] }))
}

function both(first: readonly Candidate[] | undefined, second: readonly Candidate[] | undefined): readonly Candidate[] | undefined {
  return first && second ? [...first, ...second] : undefined
}

/** The first item of a subquery's select list, read again. */
function firstItem(c: Cursor, node: Node): Node | undefined {
  let at = c.tokens.findIndex((token) => token.start >= node.start)
  while (c.tokens[at]?.text === '(') at++
  if (c.tokens[at]?.text !== 'SELECT') return undefined
  return readExpression({ ...c, at: at + 1, notes: [] })
}

/** The text of a string literal, of CONCAT of literals and known variables. */
function textOf(c: Cursor, node: Node, m: Memory): Traced | undefined {
  const token = c.tokens.find((candidate) => candidate.start === node.start)
  if (token?.kind === 'string' && token.end === node.end) {
    const text = stringValue(c, token)
    const raw = c.traced.text.slice(node.start + 1, node.end - 1)
    return raw === text || containsHole(raw) ? sliceTraced(c.traced, node.start + 1, node.end - 1) : pieceOf(c, node, text)
  }
  if (node.kind === 'string') return pieceOf(c, node, node.name)
  if (node.kind === 'variable') {
    const [only, ...more] = m.variables.get(c.traced.text.slice(node.start, node.end).toLowerCase())?.candidates ?? []
    return only && more.length === 0 && only.guards.length === 0 ? only.sql : undefined
  }
  if (node.kind === 'column' && node.qualifier === undefined) return m.locals.get(node.name.toLowerCase()) ?? undefined
  if (node.kind !== 'call' || node.name !== 'concat') return undefined
  const parts = node.children.map((child) => textOf(c, child, m))
  const pieces = parts.flatMap((part) => part?.pieces ?? [])
  if (parts.includes(undefined)) return undefined
  return { text: pieces.map((piece) => piece.text).join(''), pieces }
}

function pieceOf(c: Cursor, node: Node, text: string): Traced {
  return { text, pieces: [{ text, span: locate(c.traced, node.start, node.end), verbatim: false }] }
}

/** Takes PREPARE name FROM 'text' or @variable. */
export function readPrepare(c: Cursor, from: number, m: Memory): Operation {
  c.at++
  const name = readIdentifier(c, 'a statement').toLowerCase()
  expect(c, 'FROM')
  m.prepared.set(name, candidatesOf(c, readExpression(c), m))
  return { kind: 'otherStatement', command: 'PREPARE', name: undefined, span: spanFrom(c, from) }
}

/** Takes EXECUTE name, or EXECUTE IMMEDIATE text: the operations of what was prepared, when that is known. */
export function readExecute(c: Cursor, from: number, m: Memory, read: (c: Cursor) => readonly Operation[]): readonly Operation[] {
  c.at++
  let candidates: readonly Candidate[] | undefined
  if (take(c, 'IMMEDIATE')) candidates = candidatesOf(c, readExpression(c), m)
  else candidates = m.prepared.get(readIdentifier(c, 'a statement').toLowerCase())
  if (take(c, 'USING')) {
    do readExpression(c)
    while (take(c, ','))
  }
  if (c.at < c.tokens.length) fail(c, 'expected the end of the statement')
  const span = spanFrom(c, from)
  const unread = (detail: string): Operation[] => [{ kind: 'opaque', because: 'dynamic-sql', detail, span }]
  if (!candidates) return unread('the text of the prepared statement is computed when it runs')
  if (m.depth >= 4) return unread('prepared statements nested too deep')
  m.depth++
  const operations = candidates.flatMap(({ sql, guards }) =>
    readStatements(sql, c.syntax, read)
      .flatMap((statement) => statement.operations)
      .filter((operation) => !isFiller(operation))
      .map((operation) => (guards.length === 0 ? operation : within(operation, guards))),
  )
  m.depth--
  return operations.length > 0 ? operations : [{ kind: 'otherStatement', command: 'EXECUTE', name: undefined, span }]
}

/** `SELECT 1` and `DO 0` stand in for "nothing to do". */
function isFiller(operation: Operation): boolean {
  if (operation.kind === 'select') return operation.query.tables.length === 0
  return operation.kind === 'otherStatement' && operation.command === 'DO'
}

/** The operation with guards around those that it has. */
function within(operation: Operation, guards: readonly Guard[]): Operation {
  return { ...operation, context: { ...operation.context, guards: [...guards, ...(operation.context?.guards ?? [])] } }
}
