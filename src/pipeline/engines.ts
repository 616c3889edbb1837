import { type Dialect, ParserNeeded } from '../dialects/dialect.ts'
import type { Framework, FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Recipe } from '../plan/plan.ts'
import { type Steps, whenLoaded } from './steps.ts'

const dialectLoaders: Readonly<Record<DialectName, () => Promise<Dialect>>> = {
  postgres: async () => (await import('../dialects/postgres/index.ts')).postgres,
  mysql: async () => (await import('../dialects/mysql/index.ts')).mysql,
  mariadb: async () => (await import('../dialects/mysql/mariadb.ts')).mariadb,
  sqlite: async () => (await import('../dialects/sqlite/index.ts')).sqlite,
}

/** In the order in which the frameworks are asked whether a file is theirs. */
const frameworkLoaders: Readonly<Record<FrameworkName, () => Promise<Framework>>> = {
  prisma: async () => (await import('../frameworks/prisma/index.ts')).prisma,
  typeorm: async () => (await import('../frameworks/typeorm/index.ts')).typeorm,
  knex: async () => (await import('../frameworks/knex/index.ts')).knex,
  sequelize: async () => (await import('../frameworks/sequelize/index.ts')).sequelize,
  drizzle: async () => (await import('../frameworks/drizzle/index.ts')).drizzle,
  'raw-sql': async () => (await import('../frameworks/raw-sql/index.ts')).rawSql,
}
const frameworkNames: readonly FrameworkName[] = ['prisma', 'typeorm', 'knex', 'sequelize', 'drizzle', 'raw-sql']

const dialects = new Map<DialectName, Dialect>()
const rooms = new Map<FrameworkName, Framework>()
const ready = new Set<FrameworkName>()
let recipes: Readonly<Record<string, Recipe>> | undefined
const engaged = new Set<string>()

/** The engines and frameworks that something was read for in this process. */
export function engagedRooms(): readonly string[] {
  return [...engaged]
}

/** The engine's room; its parser is loaded when `readWith` finds it needed. Only what a project needs is loaded. */
export function* takeDialect(name: DialectName): Steps<Dialect> {
  if (!dialects.has(name)) yield async () => dialects.set(name, await dialectLoaders[name]())
  return dialects.get(name)!
}

/** The result of work that may have to read SQL: where the engine's parser turns out to be needed, it is loaded and the work done again. */
export function* readWith<T>(dialect: Dialect, work: () => T): Steps<T> {
  engaged.add(dialect.name)
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ParserNeeded)) throw error
  }
  yield () => dialect.ready()
  return work()
}

/** The rooms of these frameworks (absent: of all), in the order in which they are asked whether a file is theirs. */
export function* takeFrameworks(wanted: readonly FrameworkName[] = frameworkNames): Steps<readonly Framework[]> {
  const names = frameworkNames.filter((name) => wanted.includes(name))
  const missing = names.filter((name) => !rooms.has(name))
  if (missing.length > 0) yield () => Promise.all(missing.map(async (name) => rooms.set(name, await frameworkLoaders[name]())))
  return names.map((name) => rooms.get(name)!)
}

/** Loads what a framework needs before its first migration is read. */
export function* readied(framework: Framework): Steps<void> {
  engaged.add(framework.name)
  yield* waitedFor(framework)
}

function* waitedFor(framework: Framework): Steps<void> {
  if (ready.has(framework.name)) return
  yield () => framework.ready()
  ready.add(framework.name)
}

/** The recipes by rule; loaded when changes are asked for. */
export function* takeRecipes(): Steps<Readonly<Record<string, Recipe>>> {
  if (!recipes) yield async () => (recipes = (await import('../plan/recipes/registry.ts')).recipes)
  return recipes!
}

/** Loads every room and parser, so that any project can be judged at once. All side by side: a parser in WASM is compiled beside the other work. */
export function* everything(): Steps<void> {
  const readyDialect = async (name: DialectName) => (await dialectOf(name)).ready()
  const readyFrameworks = async () => {
    for (const framework of await frameworks()) await whenLoaded(waitedFor(framework))
  }
  const names = Object.keys(dialectLoaders) as DialectName[]
  yield () => Promise.all([...names.map(readyDialect), readyFrameworks(), whenLoaded(takeRecipes())])
}

/** The engine's room, for who can wait. */
export function dialectOf(name: DialectName): Promise<Dialect> {
  return whenLoaded(takeDialect(name))
}

/** The rooms of these frameworks (absent: of all), for who can wait. */
export function frameworks(wanted?: readonly FrameworkName[]): Promise<readonly Framework[]> {
  return whenLoaded(takeFrameworks(wanted))
}

/** Work that may have to read SQL, for who can wait. */
export function withParser<T>(dialect: Dialect, work: () => T): Promise<T> {
  return whenLoaded(readWith(dialect, work))
}
