import { operationsOf } from '../../ir/visit.ts'
import type { Judged } from '../../lint/judged.ts'
import { nameHere } from '../catalog.ts'
import { type Claim, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import type { Effects, HeldLock } from '../observe/observer.ts'
import type { TracedStatement } from '../runner/runner.ts'
import type { Run, Trial } from '../trial.ts'
import { blockedBy, blockedByAlgorithm } from './locks.ts'

/**
 * Do other sessions wait for work that grows with the rows? Looked at on two sizes: a lock that is held for a change of the catalogue alone is no outage,
 * one that is held while rows are read or written is.
 */
export async function waits(finding: Judged, trial: Trial): Promise<Claim> {
  const run = await trial.up()
  const own = statementsOf(finding, run, trial)
  if (own.length === 0) return endedBefore(run)
  const few = await trial.upOn(trial.fewRows)
  const found = likest(own, finding)
    .map((statement) => workUnderLock(statement, counterpart(statement, few), run, trial))
    .find((work) => work !== undefined)
  if (found) return confirmed(found)
  if (!ended(run) && own.some((statement) => statement.failure)) return endedBefore(run)
  const watched = own.filter(({ effects }) => effects !== undefined)
  if (watched.length === 0) return notProven('the statement runs outside a transaction and could not be watched')
  if (
    watched.every(
      ({ effects }) =>
        effects!.locks.length === 0 && effects!.held.length === 0 && effects!.algorithm === undefined && !own[0]!.inTransaction,
    )
  )
    return notProven('it runs outside a transaction, where its locks could not be watched')
  const held = watched.flatMap(({ effects }) => locksOnOld(effects!, run, trial))
  const strongest = held.find(({ mode }) => blockedBy(mode) !== undefined)
  if (!strongest) return refuted('no lock that keeps reads or writes waiting was taken on a table that was there before')
  const rows = run.before.contents.get(strongest.relation) ?? 0
  if (rows === 0) return notProven(`${strongest.relation} has no rows here`)
  if (rows <= (few.before.contents.get(strongest.relation) ?? 0))
    return notProven(`${strongest.relation} has no more than ${rows} rows here`)
  return refuted(
    `${strongest.mode} was held on ${strongest.relation}, but for a change of the catalogue alone: no row of it was read or written`,
  )
}

/** The statements of one call, those first that name what the finding names: a builder's call may send ten, of which the finding means one. */
function likest(own: readonly TracedStatement[], { message }: Judged): readonly TracedStatement[] {
  if (own.length < 2) return own
  const named = new Set(message.match(/[\w$]+/g))
  const likeness = ({ sql }: TracedStatement) => new Set((sql.match(/[\w$]+/g) ?? []).filter((word) => named.has(word))).size
  return [...own].sort((a, b) => likeness(b) - likeness(a))
}

/** Does the table get new storage, while others go on? */
export async function rebuilds(finding: Judged, trial: Trial): Promise<Claim> {
  const run = await trial.up()
  const own = statementsOf(finding, run, trial).filter(({ failure }) => !failure)
  if (own.length === 0) return endedBefore(run)
  for (const { effects } of own) {
    const table = effects?.rewritten.find((relation) => run.before.contents.has(relation))
    if (table === undefined) continue
    return confirmed(`${table} is written anew${effects?.algorithm === undefined ? '' : ` (${effects.algorithm})`}`)
  }
  if (own.some(({ effects }) => effects === undefined)) return notProven('the statement could not be watched')
  return refuted('the table keeps the storage that it had')
}

/** The same statement in the run on fewer rows. */
export function counterpart({ sql, line, index }: TracedStatement, few: Run): TracedStatement | undefined {
  const same = few.outcome.statements.filter((statement) => statement.line === line)
  return same.find((statement) => statement.index === index) ?? same.find((statement) => statement.sql === sql)
}

/** What waited for what, in words; undefined when nothing waits or the work is the same on fewer rows. */
export function workUnderLock(statement: TracedStatement, few: TracedStatement | undefined, run: Run, trial: Trial): string | undefined {
  if (!statement.effects) return undefined
  // TRUNCATE gives a table new storage and writes nothing into it.
  const effects = /^\s*TRUNCATE\b/i.test(statement.sql) ? { ...statement.effects, rewritten: [] } : statement.effects
  if (effects.algorithm !== undefined) return copied(effects, statement, run, trial)
  const lock = locksOnOld(effects, run, trial).find(({ mode }) => blockedBy(mode) !== undefined)
  if (!lock) return undefined
  const work = grown(effects, few?.effects, run)
  if (work === undefined) return undefined
  const first = locksOnOld({ ...effects, held: [] }, run, trial).some(
    ({ relation, mode }) => relation === lock.relation && mode === lock.mode,
  )
  const since = first ? '' : ', taken by a statement before it,'
  return `${blockedBy(lock.mode)} of ${lock.relation} wait: ${lock.mode}${since} is held while ${work}${pace(statement, trial)}`
}

/** Locks on tables and materialized views that were there before the migration, under the names that they had then, the strongest first. */
function locksOnOld({ locks, held }: Effects, run: Run, trial: Trial): readonly HeldLock[] {
  const { contents, catalog } = run.before
  const renamed = renamesOf(trial)
  const old = [...locks, ...held]
    .map(({ relation, mode }) => ({ relation: contents.has(relation) ? relation : (renamed.get(relation) ?? relation), mode }))
    .filter(({ relation }) => contents.has(relation) || catalog.get(`view ${relation}`)?.startsWith('materialized'))
  return old.sort((a, b) => rank(b.mode) - rank(a.mode))
}

/** What the migration gives tables as their names, with what they were called before it. */
function renamesOf({ migration }: Trial): ReadonlyMap<string, string> {
  const before = new Map<string, string>()
  for (const { operation } of operationsOf(migration.up)) {
    if (operation.kind !== 'renameTable') continue
    const from = nameHere(operation.table)
    before.set(nameHere(operation.to), before.get(from) ?? from)
  }
  return before
}

function rank(mode: string): number {
  const blocked = blockedBy(mode)
  return blocked === undefined ? 0 : blocked.startsWith('reads') ? 2 : 1
}

/** Work that is more on more rows. */
function grown(effects: Effects, few: Effects | undefined, { before, after }: Run): string | undefined {
  // One row is all that could be put into a table that a CHECK holds to one.
  const files = effects.rewritten.filter((relation) => !/_(?:pkey|idx|key)$/.test(relation) && before.contents.get(relation) !== 1)
  // A table is written anew with its indexes, and is what people know by name.
  const rewritten = files.find((relation) => before.contents.has(relation) || after.contents.has(relation)) ?? files[0]
  if (rewritten !== undefined) return `${rewritten} is written anew`
  const scanned = largest(effects.scanned, few?.scanned)
  if (scanned) return `${scanned.count.toLocaleString('en')} rows of ${scanned.relation} are read`
  const written = largest(effects.written, few?.written)
  return written && `${written.count.toLocaleString('en')} rows of ${written.relation} are written`
}

function largest(many: Readonly<Record<string, number>>, few: Readonly<Record<string, number>> | undefined) {
  const growing = Object.entries(many).filter(([relation, count]) => count > 0 && (few === undefined || count > (few[relation] ?? 0)))
  const [top] = growing.sort(([, a], [, b]) => b - a)
  return top && { relation: top[0], count: top[1] }
}

/** MySQL and MariaDB tell by the algorithm that the ALTER was given what can go on beside it. */
function copied({ algorithm, written }: Effects, statement: TracedStatement, run: Run, trial: Trial): string | undefined {
  const blocked = algorithm === undefined ? undefined : blockedByAlgorithm(algorithm)
  if (blocked === undefined) return undefined
  const table = Object.keys(written).find((relation) => run.before.contents.has(relation))
  // Nobody writes to a table that the migration itself makes.
  if (table === undefined && Object.keys(written).some((relation) => run.after.contents.has(relation))) return undefined
  return `${blocked}${table === undefined ? '' : ` of ${table}`} wait: the server ran it with ${algorithm} and refused every cheaper way${pace(statement, trial)}`
}

function pace({ milliseconds }: TracedStatement, trial: Trial): string {
  const per = Math.round((milliseconds * 100_000) / trial.base.rows)
  return ` (${per} ms per 100,000 rows here)`
}
