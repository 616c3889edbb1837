import { type Dialect, ParserNeeded } from '../dialects/dialect.ts'
import type { Framework, FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'

const loaders: Readonly<Record<DialectName, () => Promise<Dialect>>> = {
  postgres: async () => (await import('../dialects/postgres/index.ts')).postgres,
  mysql: async () => (await import('../dialects/mysql/index.ts')).mysql,
  mariadb: async () => (await import('../dialects/mysql/mariadb.ts')).mariadb,
  sqlite: async () => (await import('../dialects/sqlite/index.ts')).sqlite,
}

/** The engine's room; its parser is loaded when `withParser` finds it needed. Only what a project needs is loaded. */
export function dialectOf(name: DialectName): Promise<Dialect> {
  return loaders[name]()
}

/** The result of work that may have to read SQL: where the engine's parser turns out to be needed, it is loaded and the work done again. */
export function withParser<T>(dialect: Dialect, work: () => T): T | Promise<T> {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ParserNeeded)) throw error
    return dialect.ready().then(work)
  }
}

/** The rooms of these frameworks (absent: of all), in the order in which they are asked whether a file is theirs. */
export async function frameworks(wanted?: readonly FrameworkName[]): Promise<readonly Framework[]> {
  const all: readonly (readonly [FrameworkName, () => Promise<Framework>])[] = [
    ['prisma', async () => (await import('../frameworks/prisma/index.ts')).prisma],
    ['typeorm', async () => (await import('../frameworks/typeorm/index.ts')).typeorm],
    ['sequelize', async () => (await import('../frameworks/sequelize/index.ts')).sequelize],
    ['raw-sql', async () => (await import('../frameworks/raw-sql/index.ts')).rawSql],
  ]
  return Promise.all(all.filter(([name]) => wanted?.includes(name) ?? true).map(([, load]) => load()))
}
