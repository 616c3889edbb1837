import type { Migration } from '../../ir/migration.ts'
import type { DialectName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { operationsOf } from '../../ir/visit.ts'
import type { Judged } from '../../lint/judged.ts'
import type { Span } from '../../source/span.ts'
import { type Claim, conditional, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import { bare, namesIn, type OldQuery } from '../old-release.ts'
import type { Broken, Trial } from '../trial.ts'
import { lostRows } from './rollback.ts'

/** Do rows of before go, although what held them is there again? */
export async function emptied(trial: Trial): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run)) return endedBefore(run)
  const lost = lostRows(run, new Map())
  return lost === undefined ? refuted('all values that were there before are there after it') : confirmed(`after up() ${lost}`)
}

/** Is a column missing between the statements of the migration, where one of them fails? */
export async function goneBetween(trial: Trial): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run)) return endedBefore(run)
  if (trial.opensUnknown) return notProven('nothing says whether the tool opens a transaction')
  for (const { at, left } of await trial.failures()) {
    const gone = left.find(({ thing, before, after }) => /^(?:column|table) /.test(thing) && before !== undefined && after === undefined)
    if (gone) return confirmed(`before statement ${at + 1}, and after a failure in it, ${gone.thing} is missing`)
  }
  return refuted('a failure in any of its statements leaves every column there')
}

/** Do queries such as the running release makes stop working? `does`: which of them are meant. Those that the application's own models make decide by themselves. */
export async function breaks(finding: Judged, trial: Trial, does: readonly OldQuery['does'][]): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run)) return endedBefore(run)
  const { worked, broken: all } = await trial.oldRelease()
  if (!worked.some((query) => does.includes(query.does)))
    return notProven('no query of the running release could be made up for the tables that it touches')
  const meant = all.filter(({ query }) => does.includes(query.does))
  const named = tablesBefore(tablesOf(finding, trial), trial)
  const isOwn = ({ table }: OldQuery) => named.has(bare(table))
  const own = worked.some(isOwn) ? meant.filter(({ query }) => isOwn(query)) : meant
  const gone = goneColumn(finding, trial)
  const [broken] = [...own].sort((a, b) => telling(b, gone) - telling(a, gone))
  if (!broken) {
    // Rows are written again as they are read.
    const emptied = worked.find(
      (query) =>
        query.does !== 'reads' &&
        does.includes(query.does) &&
        run.after.contents.get(query.table) === 0 &&
        run.before.contents.get(query.table),
    )
    if (emptied) return notProven(`no row of ${emptied.table} is left to try its writes with`)
    return refuted('queries that name every column there was before still work')
  }
  if (broken.query.model) return confirmed(brokenInWords(broken))
  return conditional(brokenInWords(broken), whoMakes(broken.query, gone, trial.stage.engine.dialect))
}

/** How well a failure shows what the finding says: a query that is surely made first, then one that fails over the column that goes. */
function telling({ query, message }: Broken, gone: string | undefined): number {
  return (query.model ? 2 : 0) + (gone !== undefined && message.includes(gone) ? 1 : 0)
}

/** The tables by the names that the running release has for them. */
function tablesBefore(tables: ReadonlySet<string>, { migration }: Trial): ReadonlySet<string> {
  const names = new Set(tables)
  const renames = [...operationsOf(migration.up)].flatMap(({ operation }) => (operation.kind === 'renameTable' ? [operation] : []))
  for (const { table, to } of renames.reverse()) if (names.has(to.name)) names.add(table.name)
  return names
}

/** Tells on production whether such queries are made there, as far as the server counts them; it makes none of them. */
function whoMakes({ does, table }: OldQuery, column: string | undefined, dialect: DialectName): string | undefined {
  if (dialect === 'sqlite') return undefined
  const text = (name: string) => name.replaceAll("'", "''")
  const verb = { reads: '', inserts: 'INSERT', updates: 'UPDATE', deletes: 'DELETE' }[does]
  const likes = [`'${verb}%${text(bare(table))}%'`, ...(column === undefined ? [] : [`'%${text(column)}%'`])]
  if (dialect === 'postgres') {
    const conditions = likes.map((like) => `query ILIKE ${like}`).join(' AND ')
    return `SELECT calls, query FROM pg_stat_statements WHERE ${conditions} ORDER BY calls DESC`
  }
  const conditions = ['schema_name = DATABASE()', ...likes.map((like) => `digest_text LIKE ${like}`)].join(' AND ')
  return `SELECT count_star, digest_text FROM performance_schema.events_statements_summary_by_digest WHERE ${conditions} ORDER BY count_star DESC`
}

/** The column that the finding's statement takes away from the running release, where it is one, or the finding names one of them. */
function goneColumn({ statement, message }: Judged, { migration }: Trial): string | undefined {
  const gone = operationsAt(statement, migration).flatMap((operation) =>
    operation.kind === 'dropColumn' || operation.kind === 'renameColumn' ? [operation.column] : [],
  )
  if (gone.length === 1) return gone[0]
  return gone.find((column) => new RegExp(`\\.${column.replace(/\W/g, '\\$&')}(?![\\w$])`).test(message))
}

/** Is a row no longer deleted that others refer to? */
export async function keepsParents(finding: Judged, trial: Trial): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run)) return endedBefore(run)
  if (trial.stage.engine.dialect === 'sqlite') return notProven('whether the application has SQLite enforce foreign keys is not known')
  const named = tablesOf(finding, trial)
  const { worked, broken } = await trial.oldRelease()
  const meant = worked.filter(({ does, table }) => does === 'deletes' && named.has(bare(table)))
  if (meant.length === 0) return notProven('no row that others refer to could be deleted before it')
  const refused = broken.find(({ query }) => meant.includes(query))
  if (!refused) return refuted('a row that others refer to is deleted after it as it was before')
  return confirmed(`${refused.query.sql} went through before it and fails after it: ${refused.message}`)
}

/** Does a query fail that a session of the running release had prepared before? */
export async function prepared(finding: Judged, trial: Trial): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run) || statementsOf(finding, run, trial).length === 0) return endedBefore(run)
  const named = tablesOf(finding, trial)
  const said = [...(await trial.oldRelease()).prepared].find(
    ([table, why]) => (finding.messageId === 'many' || named.has(bare(table))) && why.startsWith('0A000'),
  )
  if (!said) return refuted('a SELECT * that was prepared before it still works in its session')
  return confirmed(`in a session that had prepared it, SELECT * of ${said[0]} fails: ${said[1]}`)
}

/** `the model Order (models/order.ts) reads orders and fails: 42703: …`, `a release that reads orders as it was fails: …`. */
export function brokenInWords({ query: { does, model, table }, message }: Broken): string {
  const verb = does === 'inserts' ? 'inserts into' : does
  if (model) return `the model ${model.name} (${model.file}) ${verb} ${table} and fails: ${message}`
  return `a release that ${verb} ${table} as it was fails: ${message}`
}

/** The tables of the finding's statement, without their schemas. */
function tablesOf({ statement }: Judged, { migration }: Trial): ReadonlySet<string> {
  return new Set(operationsAt(statement, migration).flatMap(namesIn))
}

function operationsAt(at: Span, { up }: Migration): readonly Operation[] {
  return [...operationsOf(up)].flatMap(({ statement: { span }, operation }) =>
    span.file === at.file && span.start === at.start ? [operation] : [],
  )
}
