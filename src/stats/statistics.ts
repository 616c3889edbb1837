import * as v from 'valibot'
import { UserError } from '../errors.ts'

/** The file that `surefoot stats` writes and `surefoot check` reads, in the project's root. */
export const statisticsFile = 'surefoot.stats.json'

const engines = ['postgres', 'mysql', 'mariadb', 'sqlite'] as const

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const statistics = v.strictObject({
  version: v.literal(1),
  engine: v.picklist(engines),
  serverVersion: v.string(),
  taken: v.pipe(v.string(), v.isoDate()),
  tables: v.record(v.string(), v.strictObject({ rows: count, bytes: v.optional(count) })),
})

/** How large the tables of one database are: no data, no names of hosts, databases or users. */
export type Statistics = v.InferOutput<typeof statistics>

/** Rows as the engine estimates them; bytes with indexes, where the engine tells. */
export type Size = Statistics['tables'][string]

/** What a statistics file says. A UserError names the file and the first thing in it that is not as expected. */
export function readStatistics(text: string, file: string): Statistics {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${error instanceof Error ? error.message : error}. Run surefoot stats again.`)
  }
  const result = v.safeParse(statistics, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const place = v.getDotPath(issue)
  throw new UserError(`${file}: ${place === null ? 'the file' : `"${place}"`} cannot be read: ${issue.message}. Run surefoot stats again.`)
}

/** The statistics as a file's text, tables by name. */
export function showStatistics({ tables, ...rest }: Statistics): string {
  const sorted = Object.fromEntries(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify({ ...rest, tables: sorted }, undefined, 2)}\n`
}
