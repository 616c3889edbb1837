import type { Expression } from '../../ir/column.ts'
import { parseScalar } from '../../sql/scalar.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import type { Flavour } from './types.ts'

/** Reads an expression that stands alone, as a builder passes it. What cannot be read is no constant and names nothing. */
export function parseMysqlExpression(text: string, flavour: Flavour): Expression {
  return parseScalar(text, syntaxOf(flavour))
}
