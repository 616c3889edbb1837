import type { Dialect } from '../dialect.ts'
import { cost } from './costs/index.ts'
import { parse } from './parse.ts'
import { parseExpression } from './parse-expression.ts'
import { loadParser } from './parser.ts'
import { refusals } from './refusals.ts'
import { followsInto } from './routines.ts'
import { sameArguments, typeChange } from './type-change.ts'
import { missingType, parseType } from './types.ts'
import { measured } from './versions.ts'
import { volatility } from './volatility.ts'
import { writePostgres } from './write.ts'

/** PostgreSQL 10 to 18. */
export const postgres: Dialect = {
  name: 'postgres',
  latest: measured[0]!,
  oldest: measured.at(-1)!,
  defaultSchema: 'public',
  transactionalDdl: true,
  // https://www.postgresql.org/docs/current/sql-set.html
  transactionalSettings: true,
  ready: loadParser,
  parse,
  followsInto,
  parseType,
  parseExpression,
  // The reader has folded unquoted names already; builders quote what they emit.
  fold: (name) => name,
  sameArguments,
  write: writePostgres,
  cost,
  typeChange,
  encodingChange: () => undefined,
  refusals,
  volatility,
  missingType,
}
