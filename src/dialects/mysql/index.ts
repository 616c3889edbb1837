import type { Dialect } from '../dialect.ts'
import { mysqlCost } from './costs/index.ts'
import { charsetsAt, encodingChange } from './encoding.ts'
import { parseMysql } from './parse.ts'
import { parseMysqlExpression } from './parse-expression.ts'
import { refusals } from './refusals.ts'
import { sameArguments, typeChange } from './type-change.ts'
import { missingType, parseType } from './types.ts'
import { latestMysql, oldestMysql } from './versions.ts'
import { volatility } from './volatility.ts'
import { writeMysql } from './write.ts'

/** MySQL. What differs in MariaDB stands in mariadb.ts. */
export const mysql: Dialect = {
  name: 'mysql',
  latest: latestMysql,
  oldest: oldestMysql,
  defaultSchema: undefined,
  transactionalDdl: false,
  // Measured: SET SESSION in a transaction that is rolled back stays.
  transactionalSettings: false,
  ready: async () => {},
  parse: (sql, options) => parseMysql(sql, options, 'mysql'),
  parseType,
  parseExpression: (text) => parseMysqlExpression(text, 'mysql'),
  // Column and index names have no case; table names have none on Windows and macOS, and two tables that differ by case alone are asking for trouble.
  fold: (name) => name.toLowerCase(),
  sameArguments,
  uniqueIsIndex: true,
  write: (operation, options) => writeMysql(operation, options, 'mysql'),
  cost: mysqlCost,
  typeChange: (from, to, before, version, at) => typeChange(from, to, before, version, 'mysql', charsetsAt(before, at)),
  encodingChange,
  refusals: (operation, before, after, version, settings) => refusals(operation, before, after, { version, flavour: 'mysql', settings }),
  volatility,
  missingType: (type, before, version) => missingType(type, before, version, 'mysql'),
}
