import type { Framework } from '../framework.ts'
import { discoverRawSql } from './discover.ts'
import { loadRawSql } from './load.ts'
import { rawSqlWriter } from './writer.ts'

/**
 * Migrations that are SQL files, whoever runs them: plain numbered files, up/down pairs and folders, goose, dbmate, Flyway, diesel,
 * sqlx. How each runner wraps a file in transactions stands in `runner.ts`.
 */
export const rawSql: Framework = {
  name: 'raw-sql',
  discover: discoverRawSql,
  ready: async () => {},
  load: loadRawSql,
  lower: (operation) => [
    { kind: 'opaque', span: operation.span, because: 'unsupported', detail: `${operation.method} has no meaning in a SQL file.` },
  ],
  declared: () => undefined,
  writer: rawSqlWriter,
}
