import type { IntoClause, Node } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import { query } from './queries.ts'
import { isTemporary, type Reading, relationName } from './reading.ts'

/** CREATE TABLE … AS and SELECT … INTO. */
export function createTableAs(reading: Reading, source: Node | undefined, into: IntoClause, ifNotExists: boolean): readonly Operation[] {
  const table = relationName(reading, into.rel)
  return [
    {
      kind: 'createTable',
      span: reading.span,
      table,
      columns: [],
      constraints: [],
      indexes: [],
      ifNotExists,
      temporary: isTemporary(table, into.rel),
      ...(into.rel?.relpersistence === 'u' ? { unlogged: true } : {}),
      as: query(reading, source),
      partitioned: false,
      options: into.skipData ? { 'WITH NO DATA': '' } : {},
    },
  ]
}
