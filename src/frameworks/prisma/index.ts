import type { Framework } from '../framework.ts'
import { declaredModels } from './declared.ts'
import { discoverPrisma } from './discover.ts'
import { facts } from './facts.ts'
import { loadPrisma } from './load.ts'
import { prismaWriter } from './writer.ts'

/**
 * Prisma Migrate: folders of SQL in the order of their names, one direction only. `migrate deploy` opens no transaction; on PostgreSQL a
 * file sent as one query string is an implicit one (https://github.com/prisma/prisma/issues/22922).
 */
export const prisma: Framework = {
  name: 'prisma',
  discover: discoverPrisma,
  ready: async () => {},
  load: loadPrisma,
  lower: (operation) => [
    { kind: 'opaque', span: operation.span, because: 'unsupported', detail: `${operation.method} has no meaning in a Prisma migration.` },
  ],
  declared: declaredModels,
  facts,
  writer: prismaWriter,
}
