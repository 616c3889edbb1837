import type { Expression } from '../../ir/column.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Traced } from '../../source/traced.ts'
import { readStatements } from '../../sql/read-statements.ts'
import { parseScalar } from '../../sql/scalar.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import type { ParsedStatement, ParseOptions } from '../dialect.ts'
import { readStatement } from './parse-statements.ts'

/** Reads SQLite text. Never throws: what cannot be read is an `opaque` operation of its statement. */
export function parseSqlite(traced: Traced, options: ParseOptions): ParsedStatement[] {
  const parsed = readStatements(traced, syntaxOf('sqlite', options.version), readStatement)
  if (options.fork === undefined) return parsed
  const isOwn = (operation: Operation) => operation.kind === 'unsupported' && operation.availableIn === options.fork
  return parsed.map((statement) => ({ ...statement, operations: statement.operations.filter((operation) => !isOwn(operation)) }))
}

/** Reads an expression that stands alone, as a builder passes it. What cannot be read is no constant and names nothing. */
export function parseSqliteExpression(text: string): Expression {
  return parseScalar(text, syntaxOf('sqlite'))
}
