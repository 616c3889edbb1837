import type { SeedTable } from '../catalog.ts'
import { ServerError, type Session } from '../engine.ts'
import type { Seeded, Seeder } from '../seed.ts'
import type { SeedDialect } from './dialect.ts'
import { planTable, type Wish } from './plan.ts'
import { plant } from './plant.ts'

/** Row numbers that no migration of the past has given, for tables whose first numbers are taken. */
const elsewhere = 1_000_001

/** The seeder of one dialect. The rows depend on the tables and on nothing else: neither chance nor the clock. */
export function seeder(dialect: SeedDialect): Seeder {
  return {
    fill: (session, tables, options) => fill(session, tables, options, dialect),
    plant: (session, tables, wanted) => plant(session, tables, wanted, dialect),
  }
}

async function fill(
  session: Session,
  tables: readonly SeedTable[],
  options: { readonly rows: number; readonly filled: ReadonlySet<string> },
  dialect: SeedDialect,
): Promise<Seeded> {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const counts = await countRows(session, tables)
  const empty = new Map<string, string>()
  for (const table of tables) {
    const present = counts.get(table.name) ?? 0
    if (present >= options.rows) continue
    const wish: Wish = { rows: options.rows - present, start: present + 1, filled: options.filled, counts, lean: false }
    const result = await fillTable(session, table, byName, wish, dialect)
    if (typeof result === 'string') {
      if (present === 0) empty.set(table.name, result)
      continue
    }
    counts.set(table.name, present + result)
    await session.query(dialect.analyze(table.sql))
  }
  return { rows: counts, empty }
}

/** The rows that were put in; why none could be, else. What was expected is tried first, then less and less of it. */
async function fillTable(
  session: Session,
  table: SeedTable,
  tables: ReadonlyMap<string, SeedTable>,
  wish: Wish,
  dialect: SeedDialect,
): Promise<number | string> {
  let because: string | undefined
  for (const rows of [wish.rows, 10, 1]) {
    if (rows > wish.rows) continue
    const attempts: Wish[] = [
      { ...wish, rows },
      { ...wish, rows, start: elsewhere },
      { ...wish, rows, lean: true },
    ]
    let refusal: ReturnType<SeedDialect['refusal']>
    for (const [at, attempt] of attempts.entries()) {
      // Other numbers help where a key is taken, NULLs where a condition is not met.
      if (at === 1 && refusal !== 'unique') continue
      const plan = planTable(table, tables, attempt, dialect)
      if ('empty' in plan) {
        because ??= plan.empty
        continue
      }
      try {
        const { affected } = await session.query(plan.insert)
        return affected || plan.rows
      } catch (error) {
        if (!(error instanceof ServerError)) throw error
        refusal = dialect.refusal(error)
        because ??= error.message
      }
    }
  }
  return because ?? 'no rows were asked for'
}

async function countRows(session: Session, tables: readonly SeedTable[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (let from = 0; from < tables.length; from += 50) {
    const part = tables.slice(from, from + 50)
    const { rows } = await session.query(part.map(({ sql }, i) => `SELECT ${i} AS place, count(*) AS n FROM ${sql}`).join(' UNION ALL '))
    for (const { place, n } of rows) counts.set(part[Number(place)]!.name, Number(n))
  }
  return counts
}
