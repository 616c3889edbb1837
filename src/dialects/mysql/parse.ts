import type { Traced } from '../../source/traced.ts'
import { readStatements } from '../../sql/read-statements.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import type { ParsedStatement, ParseOptions } from '../dialect.ts'
import { readStatement } from './parse-statements.ts'
import type { Flavour } from './types.ts'

/** Reads MySQL or MariaDB text. Never throws: what cannot be read is an `opaque` operation of its statement. */
export function parseMysql(traced: Traced, options: ParseOptions, flavour: Flavour): ParsedStatement[] {
  return readStatements(traced, syntaxOf(flavour, options.version, { named: options.placeholders ?? false }), readStatement)
}
