import type { Dialect } from '../dialect.ts'
import { cost } from './costs/index.ts'
import { parseSqlite, parseSqliteExpression } from './parse.ts'
import { refusals } from './refusals.ts'
import { typeChange } from './type-change.ts'
import { missingType, parseType } from './types.ts'
import { volatility } from './volatility.ts'
import { writeSqlite } from './write.ts'

/** SQLite. */
export const sqlite: Dialect = {
  name: 'sqlite',
  latest: [3, 53],
  oldest: [3, 25],
  defaultSchema: 'main',
  transactionalDdl: true,
  transactionalSettings: false,
  ready: async () => {},
  parse: parseSqlite,
  parseType,
  parseExpression: parseSqliteExpression,
  // Names have no case: https://sqlite.org/lang_keywords.html
  fold: (name) => name.toLowerCase(),
  // SQLite goes by no number that is written behind a type's name.
  sameArguments: () => true,
  write: writeSqlite,
  cost,
  typeChange,
  encodingChange: () => undefined,
  refusals,
  volatility,
  missingType,
}
