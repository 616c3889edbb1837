import { forbidden } from '../engines/postgres/forbidden.ts'
import { openPostgres } from '../engines/postgres/index.ts'
import { postgresObserver } from '../observe/postgres.ts'
import { postgresCatalog } from '../observe/postgres-catalog.ts'
import { openPostgresProber } from '../observe/postgres-probe.ts'
import type { Room } from '../open.ts'
import { postgresSeeder } from '../seed/postgres.ts'

export const postgresRoom: Room = {
  open: openPostgres,
  observer: () => postgresObserver,
  prober: openPostgresProber,
  reader: postgresCatalog,
  seeder: postgresSeeder,
  forbidden,
}
