import { forbidden } from '../engines/sqlite/forbidden.ts'
import { openSqlite } from '../engines/sqlite/index.ts'
import { sqliteObserver } from '../observe/sqlite.ts'
import { sqliteCatalog } from '../observe/sqlite-catalog.ts'
import type { Room } from '../open.ts'
import { sqliteSeeder } from '../seed/sqlite.ts'

export const sqliteRoom: Room = {
  open: openSqlite,
  observer: () => sqliteObserver,
  reader: sqliteCatalog,
  seeder: sqliteSeeder,
  forbidden,
}
