import { loadParser } from '../../javascript/parse.ts'
import type { Framework } from '../framework.ts'
import { declaredTables } from './declared.ts'
import { discover } from './discover.ts'
import { load } from './load.ts'
import { drizzleWriter } from './writer.ts'

/**
 * Drizzle: SQL files that drizzle-kit writes and numbers in `meta/_journal.json`, one direction only. How its migrators wrap them in
 * transactions stands in `migrator.ts` (https://github.com/drizzle-team/drizzle-orm/blob/main/drizzle-orm/src/pg-core/dialect.ts).
 */
export const drizzle: Framework = {
  name: 'drizzle',
  discover,
  ready: loadParser,
  load,
  lower: (operation) => [
    { kind: 'opaque', span: operation.span, because: 'unsupported', detail: `${operation.method} has no meaning in a SQL file.` },
  ],
  declared: declaredTables,
  writer: drizzleWriter,
}
