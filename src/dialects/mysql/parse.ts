import type { Operation } from '../../ir/operation.ts'
import type { Traced } from '../../source/traced.ts'
import { type Cursor, fail, peek, sees, spanFrom } from '../../sql/cursor.ts'
import { readStatements } from '../../sql/read-statements.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import type { ParsedStatement, ParseOptions } from '../dialect.ts'
import { argumentsOf, type Memory, memory, readExecute, readPrepare, remember } from './parse-dynamic.ts'
import { operationsOfBody } from './parse-procedures.ts'
import { readCall } from './parse-session.ts'
import { readStatement } from './parse-statements.ts'
import type { Flavour } from './types.ts'

/** Reads MySQL or MariaDB text. Never throws: what cannot be read is an `opaque` operation of its statement. */
export function parseMysql(traced: Traced, options: ParseOptions, flavour: Flavour): ParsedStatement[] {
  const syntax = syntaxOf(flavour, options.version, { named: options.placeholders ?? false })
  return readStatements(traced, syntax, reader(memory()))
}

/** Reads statements in order; what an EXECUTE or CALL runs depends on the statements before it. */
function reader(m: Memory): (c: Cursor) => readonly Operation[] {
  const read = (c: Cursor): readonly Operation[] => {
    const from = c.at
    switch (peek(c).text) {
      case 'PREPARE':
        return [readPrepare(c, from, m)]
      case 'EXECUTE':
        return readExecute(c, from, m, read)
      case 'SET': {
        const operations = readStatement(c)
        if (peek(c, from + 1 - c.at).kind === 'variable') remember(c, from, m)
        return operations
      }
      case 'CALL': {
        const call = readCall(c, from)
        const body = call.kind === 'call' ? m.procedures.get(call.function.name.toLowerCase()) : undefined
        if (!body || m.depth >= 4) return [call]
        const { locals } = m
        m.locals = argumentsOf(c, from, body, m)
        m.depth++
        const operations = operationsOfBody(c, body, m, read)
        m.depth--
        m.locals = locals
        return [call, ...operations]
      }
      case 'BEGIN':
        if (!sees(c, 'NOT', 1)) break
        if (!c.syntax.mariadb) fail({ ...c, at: c.at + 1 }, 'expected the end of the statement')
        c.at = c.tokens.length
        return operationsOfBody(c, { traced: c.traced, tokens: c.tokens.slice(from) }, m, read)
      case 'CREATE': {
        const operations = readStatement(c)
        const [routine] = operations
        if (routine?.kind === 'createFunction' && routine.procedure) {
          const start = bodyOf(c, from)
          const parameters = parametersOf(c, from)
          m.procedures.set(routine.name.name.toLowerCase(), { parameters, traced: c.traced, tokens: c.tokens.slice(start) })
        }
        return operations
      }
    }
    const operations = readStatement(c)
    return operations.length > 0
      ? operations
      : [{ kind: 'otherStatement', command: peek(c).text, name: undefined, span: spanFrom(c, from) }]
  }
  return read
}

/** The names of a procedure's parameters in lower case: (IN a INT, OUT b VARCHAR(10)). */
function parametersOf(c: Cursor, from: number): string[] {
  const names: string[] = []
  let depth = 0
  for (let i = from; i < c.tokens.length; i++) {
    const token = c.tokens[i]!
    if (token.text === '(') depth++
    else if (token.text === ')' && --depth === 0) break
    if (depth !== 1 || (token.text !== '(' && token.text !== ',')) continue
    const way = c.tokens[i + 1]?.text
    const name = c.tokens[way === 'IN' || way === 'OUT' || way === 'INOUT' ? i + 2 : i + 1]
    if (name) names.push(c.traced.text.slice(name.start, name.end).replaceAll('`', '').toLowerCase())
  }
  return names
}

/** The index of the first token of a routine's body: after the parameters and characteristics. */
function bodyOf(c: Cursor, from: number): number {
  let depth = 0
  let closed = false
  for (let i = from; i < c.tokens.length; i++) {
    const { text } = c.tokens[i]!
    if (text === '(') depth++
    else if (text === ')') closed = --depth === 0
    else if (closed && depth === 0 && bodyStarts.has(text) && c.tokens[i - 1]?.text !== 'CHARACTER') {
      const label = c.tokens[i - 1]?.text === ':'
      return label ? i - 2 : i
    }
  }
  return c.tokens.length
}
const bodyStarts = new Set(
  'BEGIN SELECT INSERT UPDATE DELETE REPLACE CALL IF CASE LOOP WHILE REPEAT ALTER CREATE DROP TRUNCATE EXECUTE PREPARE WITH RENAME SET'.split(
    ' ',
  ),
)
