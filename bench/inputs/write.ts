import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sequelizeWriter, stamp, typeormWriter } from './orm.ts'
import { postgresWriter } from './postgres.ts'
import { padded, random } from './random.ts'
import { mysqlFile, postgresFile, sequelizeFile, sqliteFile, typeormFile } from './single.ts'

/** Folders of migrations, each a project of its own, by name. */
export type Inputs = Readonly<Record<string, string>>

const seed = 20_240_601

/** Writes all inputs anew below `root` and gives their folders. */
export function writeInputs(root: string): Inputs {
  rmSync(root, { recursive: true, force: true })
  const folders: Record<string, string> = {}
  const write = (folder: string, path: string, text: string) => {
    folders[folder] = join(root, folder)
    const file = join(root, folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const orm = (folder: string, dependency: string) => {
    write(folder, 'package.json', JSON.stringify({ private: true, dependencies: { [dependency]: '*', pg: '*' } }))
  }
  // The top of a repository stands in each folder: nothing above it is looked at.
  const top = (folder: string) => mkdirSync(join(root, folder, '.git'), { recursive: true })

  write('postgres-1', 'migrations/0001_orders.sql', postgresFile)
  write('mysql-1', 'migrations/0001_orders.sql', mysqlFile)
  write('sqlite-1', 'migrations/0001_orders.sql', sqliteFile)
  orm('sequelize-1', 'sequelize')
  write('sequelize-1', 'migrations/20200101000001-orders.js', sequelizeFile)
  orm('typeorm-1', 'typeorm')
  write('typeorm-1', 'migrations/1700000000001-orders.ts', typeormFile)
  for (const count of [1_000, 2_500, 5_000, 10_000]) {
    const next = postgresWriter(random(seed))
    for (let i = 1; i <= count; i++) write(`postgres-${count}`, `migrations/${padded(i, 5)}_change.sql`, next())
  }
  for (const count of [100, 1_000]) {
    const typeorm = typeormWriter(random(seed))
    const sequelize = sequelizeWriter(random(seed))
    orm(`typeorm-${count}`, 'typeorm')
    orm(`sequelize-${count}`, 'sequelize')
    for (let i = 1; i <= count; i++) {
      write(`typeorm-${count}`, `migrations/${stamp(i)}-Change${i}.ts`, typeorm(i))
      write(`sequelize-${count}`, `migrations/2020${padded(i, 10)}-change.js`, sequelize(i))
    }
  }
  for (const folder of Object.keys(folders)) top(folder)
  return folders
}

/** The newest migration of a folder that `writeInputs` wrote, as a path in it: the one to judge after a long history. */
export function newestOf(folder: string): string {
  return `migrations/${readdirSync(join(folder, 'migrations')).sort().at(-1)!}`
}
