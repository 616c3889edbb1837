import type { Dialect } from '../dialect.ts'
import { mariadbCost } from './costs/index.ts'
import { charsetsAt } from './encoding.ts'
import { mysql } from './index.ts'
import { parseMysql } from './parse.ts'
import { parseMysqlExpression } from './parse-expression.ts'
import { refusals } from './refusals.ts'
import { typeChange } from './type-change.ts'
import { missingType } from './types.ts'
import { latestMariadb, oldestMariadb } from './versions.ts'
import { writeMysql } from './write.ts'

/** MariaDB: what differs from MySQL. */
export const mariadb: Dialect = {
  ...mysql,
  name: 'mariadb',
  latest: latestMariadb,
  oldest: oldestMariadb,
  parse: (sql, options) => parseMysql(sql, options, 'mariadb'),
  parseExpression: (text) => parseMysqlExpression(text, 'mariadb'),
  write: (operation, options) => writeMysql(operation, options, 'mariadb'),
  cost: mariadbCost,
  typeChange: (from, to, before, version, at) => typeChange(from, to, before, version, 'mariadb', charsetsAt(before, at)),
  refusals: (operation, before, after, version, settings) => refusals(operation, before, after, { version, flavour: 'mariadb', settings }),
  missingType: (type, before, version) => missingType(type, before, version, 'mariadb'),
}
