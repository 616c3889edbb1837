import { operationsOf } from '../ir/visit.ts'
import { describe, HistoryFailed } from './base.ts'
import { failureRules, type Observation, overValues, rowRules } from './battery.ts'
import type { SeedTable } from './catalog.ts'
import { namesIn } from './old-release.ts'
import type { Failure } from './runner/runner.ts'
import { failed, type Trial } from './trial.ts'

/** What was seen, and the trial on milder rows, where the migration goes through on those. */
interface Milder {
  readonly mild: Trial | undefined
  readonly seen: Observation
}

/**
 * A migration that fails on plausible rows, with their NULLs and their free texts, may go through on milder ones: then that is a condition, and all else is tried on those.
 * Undefined: it does not fail, or fails on any in the same way. The trial that is not used is closed.
 */
export async function mildly(harsh: Trial, milder: () => Trial): Promise<Milder | undefined> {
  const { outcome } = await harsh.up()
  const failure = overValues(outcome)
  if (!failure) return undefined
  const mild = milder()
  const again = await mild.up().catch((error: unknown) => {
    if (!(error instanceof HistoryFailed)) throw error
  })
  if (!again || failed(again.outcome)) {
    await mild.close()
    const other = again?.outcome.failure
    if (!other || describe(other) === describe(failure)) return undefined
    const message = `on rows without NULLs and with numerals for texts up() fails too: ${describe(other)}`
    return { mild: undefined, seen: { kind: 'up-fails', message, saidBy: failureRules } }
  }
  const query = queryFor(failure, await harsh.tables(), harsh)
  await harsh.close()
  const what = failure.code === undefined ? 'NULLs in columns that may hold them' : 'NULLs, or texts that are no numbers,'
  const message = `with ${what} up() fails: ${describe(failure)}; without them it goes through`
  return { mild, seen: { kind: 'fails-on-rows', message, saidBy: rowRules, ...(query === undefined ? {} : { query }) } }
}

/** Finds such rows in the tables that the migration names. */
function queryFor({ code }: Failure, tables: readonly SeedTable[], { migration, stage }: Trial): string | undefined {
  const named = new Set([...operationsOf(migration.up)].flatMap(({ operation }) => namesIn(operation)))
  const [differs, quote] = stage.engine.dialect === 'postgres' ? ["!~ '^[0-9]+$'", '"'] : ["NOT REGEXP '^[0-9]+$'", '`']
  for (const { name, sql, columns } of tables) {
    if (!named.has(name)) continue
    const conditions = columns.flatMap((column) => {
      const quoted = `${quote}${column.name}${quote}`
      const text = code !== undefined && /char|text/i.test(column.type)
      return [...(column.nullable ? [`${quoted} IS NULL`] : []), ...(text ? [`${quoted} ${differs}`] : [])]
    })
    if (conditions.length > 0) return `SELECT * FROM ${sql} WHERE ${conditions.join(' OR ')}`
  }
  return undefined
}
