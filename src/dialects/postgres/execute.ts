import type { Node } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import type { Span } from '../../source/span.ts'
import { containsHole, joinPieces, type Piece } from '../../source/traced.ts'
import { byteOffsets } from './byte-offsets.ts'
import { type Embedded, embeddedNodes } from './embedded.ts'
import { factsOf, functionName } from './facts.ts'
import { as, type Reading, strings } from './reading.ts'
import { shortened } from './syntax-error.ts'

/** The statements that EXECUTE runs, when its text can be computed; opaque when it cannot. */
export function executed(
  outer: Reading,
  place: Embedded,
  text: string,
  span: Span,
  convert: (reading: Reading, node: Node) => readonly Operation[],
): readonly Operation[] {
  const opaque: Operation = {
    kind: 'opaque',
    span,
    because: 'dynamic-sql',
    detail: `EXECUTE ${shortened(text)} is put together when it runs`,
  }
  // The outer text's holes and those made here would share their tokens.
  if (containsHole(text)) return [opaque]
  const nodes = embeddedNodes(`SELECT ${text}`)
  const select = nodes instanceof Error ? undefined : as(nodes[0], 'SelectStmt')
  const pieces = textOf(outer, as(select?.targetList?.[0], 'ResTarget')?.val)
  if (pieces === undefined) return [opaque]
  const traced = joinPieces(pieces)
  const trees = embeddedNodes(traced.text)
  if (trees instanceof Error) {
    return [pieces.some((piece) => piece.hole) ? opaque : { ...opaque, because: 'syntax', detail: shortened(trees.message) }]
  }
  const raw = pieces.some((piece) => piece.hole?.escaped === false)
  if (raw && !(trees.length === 1 && namesItsObject(trees[0]!))) return [opaque]
  const reading: Reading = {
    ...outer,
    text: traced.text,
    traced,
    base: 0,
    fixed: span,
    span,
    offsets: byteOffsets(traced.text),
    placeholders: new Set(),
    dynamic: outer.dynamic || pieces.some((piece) => piece.hole),
    variables: place.variables,
    start: 0,
    end: traced.text.length,
    unsupported: outer.unsupported,
  }
  return trees.flatMap((tree) => convert(reading, tree))
}

/** Statements that stay what they are whatever name is put into them. */
const nameTaking = new Set([
  'GrantStmt',
  'GrantRoleStmt',
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'AlterDefaultPrivilegesStmt',
  'DropRoleStmt',
  'CreateSchemaStmt',
  'DropStmt',
])

function namesItsObject(tree: Node): boolean {
  for (const kind in tree) return nameTaking.has(kind)
  return false
}

function known(text: string): Piece {
  return { text, span: undefined, verbatim: false }
}

/** The text that an expression gives, as pieces; escaped unknown parts are holes; undefined when anything else is unknown. */
function textOf(reading: Reading, node: Node | undefined): Piece[] | undefined {
  const cast = as(node, 'TypeCast')
  if (cast) return textOf(reading, cast.arg)
  const constant = as(node, 'A_Const')
  if (constant) {
    if (constant.sval) return [known(constant.sval.sval ?? '')]
    if (constant.ival) return [known(String(constant.ival.ival ?? 0))]
    return undefined
  }
  const joined = as(node, 'A_Expr')
  if (joined && strings(joined.name)[0] === '||') {
    const left = textOf(reading, joined.lexpr)
    const right = textOf(reading, joined.rexpr)
    return left && right ? [...left, ...right] : undefined
  }
  const variable = as(node, 'ColumnRef')
  if (variable) {
    const name = strings(variable.fields).join('.')
    const value = reading.values?.get(name)
    return [value === undefined ? unknown(name, false) : known(value)]
  }
  const call = as(node, 'FuncCall')
  if (call === undefined) return undefined
  const name = functionName(call)
  if (name === 'format') return formatted(reading, call.args ?? [])
  if (name === 'concat') {
    const parts = (call.args ?? []).map((arg) => textOf(reading, arg))
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  if (name === 'quote_ident' || name === 'quote_literal') return [quoted(reading, call.args?.[0], name === 'quote_ident' ? 'I' : 'L')]
  return undefined
}

/** The text that an expression gives; undefined when any of it is not known. */
export function knownText(reading: Reading, node: Node | undefined): string | undefined {
  const pieces = textOf(reading, node)
  return pieces?.every((piece) => !piece.hole) ? pieces.map((piece) => piece.text).join('') : undefined
}

/** format(): %I, %L and %s by position. */
function formatted(reading: Reading, args: readonly Node[]): Piece[] | undefined {
  const pattern = as(args[0], 'A_Const')?.sval?.sval
  if (pattern === undefined) return undefined
  const pieces: Piece[] = []
  let next = 1
  let done = 0
  for (const match of pattern.matchAll(/%(?:(\d+)\$)?-?\d{0,9}([ILs%])/g)) {
    pieces.push(known(pattern.slice(done, match.index)))
    done = match.index + match[0].length
    const kind = match[2]!
    if (kind === '%') {
      pieces.push(known('%'))
      continue
    }
    const position = match[1] === undefined ? next : Number(match[1])
    next = position + 1
    if (args[position] === undefined) return undefined
    if (kind === 's') {
      const text = textOf(reading, args[position])
      if (text === undefined) return undefined
      pieces.push(...text)
    } else pieces.push(quoted(reading, args[position], kind === 'I' ? 'I' : 'L'))
  }
  pieces.push(known(pattern.slice(done)))
  return pieces
}

/** A value quoted as an identifier or a literal; a hole that cannot change the statement when it is not known. */
function quoted(reading: Reading, node: Node | undefined, as_: 'I' | 'L'): Piece {
  const parts = node === undefined ? undefined : textOf(reading, node)
  if (parts?.every((part) => !part.hole)) {
    const text = parts.map((part) => part.text).join('')
    return known(as_ === 'I' ? `"${text.replaceAll('"', '""')}"` : `'${text.replaceAll("'", "''")}'`)
  }
  const facts = factsOf(reading, node)
  const shown = strings(as(node, 'ColumnRef')?.fields).join('.') || [...facts.columns].join(', ') || 'value'
  return unknown(shown, true)
}

function unknown(expression: string, escaped: boolean): Piece {
  return { text: '', span: undefined, verbatim: false, hole: { reason: 'row', expression, escaped } }
}
