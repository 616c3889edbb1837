import type { IntoClause, Node } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import { query } from './queries.ts'
import { type Reading, relationName } from './reading.ts'

/** CREATE TABLE … AS and SELECT … INTO. */
export function createTableAs(reading: Reading, source: Node | undefined, into: IntoClause, ifNotExists: boolean): readonly Operation[] {
  return [
    {
      kind: 'createTable',
      span: reading.span,
      table: relationName(reading, into.rel),
      columns: [],
      constraints: [],
      indexes: [],
      ifNotExists,
      temporary: into.rel?.relpersistence === 't',
      ...(into.rel?.relpersistence === 'u' ? { unlogged: true } : {}),
      as: query(reading, source),
      partitioned: false,
      options: into.skipData ? { 'WITH NO DATA': '' } : {},
    },
  ]
}
