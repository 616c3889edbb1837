import type { Expression } from '../../ir/column.ts'
import type { Traced } from '../../source/traced.ts'
import { readStatements } from '../../sql/read-statements.ts'
import { parseScalar } from '../../sql/scalar.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import type { ParsedStatement, ParseOptions } from '../dialect.ts'
import { readStatement } from './parse-statements.ts'

/** Reads SQLite text. Never throws: what cannot be read is an `opaque` operation of its statement. */
export function parseSqlite(traced: Traced, options: ParseOptions): ParsedStatement[] {
  return readStatements(traced, syntaxOf('sqlite', options.version), readStatement)
}

/** Reads an expression that stands alone, as a builder passes it. What cannot be read is no constant and names nothing. */
export function parseSqliteExpression(text: string): Expression {
  return parseScalar(text, syntaxOf('sqlite'))
}
