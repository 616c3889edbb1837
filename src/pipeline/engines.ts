import type { Dialect } from '../dialects/dialect.ts'
import type { Framework, FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'

const loaders: Readonly<Record<DialectName, () => Promise<Dialect>>> = {
  postgres: async () => (await import('../dialects/postgres/index.ts')).postgres,
  mysql: async () => (await import('../dialects/mysql/index.ts')).mysql,
  mariadb: async () => (await import('../dialects/mysql/mariadb.ts')).mariadb,
  sqlite: async () => (await import('../dialects/sqlite/index.ts')).sqlite,
}

const ready = new Map<DialectName, Promise<Dialect>>()

/** The engine's room, loaded and ready to parse. Only what a project needs is loaded: the parsers are the larger part of a cold start. */
export function dialectOf(name: DialectName): Promise<Dialect> {
  let loading = ready.get(name)
  if (!loading) {
    loading = loaders[name]().then(async (dialect) => {
      await dialect.ready()
      return dialect
    })
    ready.set(name, loading)
  }
  return loading
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
