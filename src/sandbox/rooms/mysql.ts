import { forbidden } from '../engines/mysql/forbidden.ts'
import { openMysql } from '../engines/mysql/index.ts'
import { mysqlObserver } from '../observe/mysql.ts'
import { mysqlCatalog } from '../observe/mysql-catalog.ts'
import { openMysqlProber } from '../observe/mysql-probe.ts'
import type { Room } from '../open.ts'
import { mysqlSeeder } from '../seed/mysql.ts'

export const mysqlRoom: Room = {
  open: openMysql,
  observer: mysqlObserver,
  prober: openMysqlProber,
  reader: mysqlCatalog,
  seeder: mysqlSeeder,
  forbidden,
}
