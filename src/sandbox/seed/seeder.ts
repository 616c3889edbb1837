import type { SeedTable } from '../catalog.ts'
import { ServerError, type Session } from '../engine.ts'
import { outage } from '../outage.ts'
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
  options: Parameters<Seeder['fill']>[2],
  dialect: SeedDialect,
): Promise<Seeded> {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const counts = await countRows(session, tables)
  const empty = new Map<string, string>()
  const few = new Map<string, string>()
  for (const table of tables) {
    const present = counts.get(table.name) ?? 0
    if (present >= options.rows) continue
    const wish: Wish = {
      rows: options.rows - present,
      start: present + 1,
      filled: options.filled,
      mild: options.mild ?? false,
      counts,
      lean: false,
    }
    const { added, because } = await fillTable(session, table, byName, wish, dialect, options.given?.has(table.name) ?? false)
    if (added === 0) {
      // Triggers of the tables before it may have put rows in.
      const now = (await countRows(session, [table])).get(table.name) ?? 0
      counts.set(table.name, now)
      if (now === 0) empty.set(table.name, because ?? 'no rows were asked for')
      continue
    }
    if (because !== undefined && added < wish.rows) few.set(table.name, because)
    counts.set(table.name, present + added)
    await session.query(dialect.analyze(table.sql))
  }
  return { rows: counts, empty, few }
}

/** How many rows were put in, and why not all at the first attempt. What was expected is tried first, then less and less of it. Throws when the server gives out. */
async function fillTable(
  session: Session,
  table: SeedTable,
  tables: ReadonlyMap<string, SeedTable>,
  wish: Wish,
  dialect: SeedDialect,
  given: boolean,
): Promise<{ readonly added: number; readonly because: string | undefined }> {
  const slow = await slowly(session, table, tables, wish, dialect)
  if (slow) {
    const some = await fillTable(session, { ...table, triggers: false }, tables, { ...wish, rows: slow.rows }, dialect, given)
    return { added: some.added, because: some.because ?? slow.because }
  }
  let because: string | undefined
  const numbered = given ? table.columns.find(({ made }) => made === 'identity') : undefined
  const moved = numbered && dialect.numberedFrom?.(table.sql, numbered.name, elsewhere)
  if (moved !== undefined) await session.query(moved)
  for (const rows of [wish.rows, 10, 1]) {
    if (rows > wish.rows) continue
    const first: Wish = { ...wish, rows }
    const far: Wish = { ...wish, rows, start: elsewhere }
    const attempts: (Wish & { readonly passing?: true })[] = [
      ...(given ? [far, first] : [first, far]),
      { ...first, passing: true },
      { ...first, lean: true },
      { ...first, texts: 'numerals' },
      { ...first, texts: 'versions' },
    ]
    let refusal: ReturnType<SeedDialect['refusal']>
    for (const [at, attempt] of attempts.entries()) {
      // Other numbers help where a key is taken, or what is taken is passed over; NULLs where a condition is not met.
      if (((at === 1 && !given) || attempt.passing) && refusal !== 'unique') continue
      if (attempt.texts && (refusal === 'unique' || refusal === 'foreign key')) continue
      const plan = planTable(table, tables, attempt, dialect)
      if ('empty' in plan) {
        because ??= plan.empty
        continue
      }
      try {
        const { affected } = await session.query(attempt.passing ? dialect.passing(plan.insert) : plan.insert)
        if (attempt.passing && affected === 0) continue
        // A plan for fewer rows is all that the table's keys leave room for.
        const added = affected || plan.rows
        return { added, because: added * 2 < plan.rows || rows < wish.rows ? because : undefined }
      } catch (error) {
        if (!(error instanceof ServerError) || outage(error) !== undefined) throw error
        refusal = dialect.refusal(error)
        because ??= error.message
      }
    }
  }
  return { added: 0, because }
}

/** Rows that are put in and taken out again to see how long each takes. */
const sampled = 20
/** Milliseconds that the rows of one table may take where triggers look at each. */
const patience = 3000

/** A trigger may look through another table for each row, and then all that are wanted would take hours: how many do not, and why no more. */
async function slowly(
  session: Session,
  table: SeedTable,
  tables: ReadonlyMap<string, SeedTable>,
  wish: Wish,
  dialect: SeedDialect,
): Promise<{ readonly rows: number; readonly because: string } | undefined> {
  if (!table.triggers || wish.rows <= sampled) return undefined
  const plan = planTable(table, tables, wish, dialect)
  if ('empty' in plan || plan.rows <= sampled) return undefined
  await session.query('BEGIN')
  try {
    const started = performance.now()
    await session.query(`${plan.insert} WHERE n <= ${sampled}`)
    const each = (performance.now() - started) / sampled
    if (each * wish.rows <= patience) return undefined
    const because = `each takes ${Math.round(each)} ms, with the triggers of the table`
    return { rows: Math.max(sampled, Math.floor(patience / each)), because }
  } catch (error) {
    if (!(error instanceof ServerError) || outage(error) !== undefined) throw error
    return undefined
  } finally {
    await session.query('ROLLBACK')
  }
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
