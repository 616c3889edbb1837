import { operationsOf } from '../ir/visit.ts'
import { describe } from './base.ts'
import { differences } from './catalog.ts'
import { brokenInWords } from './judgements/compatibility.ts'
import { stuckInWords } from './judgements/half-applied.ts'
import { parked } from './judgements/parked.ts'
import { inWords, lostRows, refuses, unlike } from './judgements/rollback.ts'
import { counterpart, workUnderLock } from './judgements/waits.ts'
import { emptiesOthers } from './judgements/writes.ts'
import { plantsAgainst } from './plants.ts'
import type { Failure, RunOutcome } from './runner/runner.ts'
import { failed, type Trial } from './trial.ts'

/** Something that running a migration showed, whether or not a rule had said it. */
export interface Observation {
  readonly kind:
    | 'up-fails'
    | 'ended'
    | 'waits'
    | 'down-fails'
    | 'down-differs'
    | 'down-loses'
    | 'up-loses'
    | 'redo-fails'
    | 'half-applied'
    | 'fails-on-rows'
    | 'invalid-index'
    | 'breaks-release'
  readonly message: string
  /** Rules whose finding on this migration says as much. */
  readonly saidBy: readonly string[]
  /** Tells on production whether it would happen there. */
  readonly query?: string
}

const lockRules = [
  'index-not-concurrent',
  'set-not-null-scan',
  'fk-without-not-valid',
  'check-without-not-valid',
  'unique-constraint-lock',
  'type-change-rewrite',
  'volatile-default-rewrite',
  'table-rewrite',
  'table-copy',
  'attach-partition-scan',
  'refresh-not-concurrent',
  'domain-constraint-scan',
  'multiple-table-locks',
  'explicit-lock-table',
  'lock-held-through-work',
  'mixed-ddl-dml',
]
export const failureRules: readonly string[] = [
  'concurrent-in-transaction',
  'concurrent-waits-for-itself',
  'enum-value-in-transaction',
  'not-null-without-default',
  'dialect-mismatch',
  'algorithm-refused',
  'pending-trigger-events',
  'transaction-not-passed',
  'drop-refused',
  'replace-refused',
  'function-volatility',
  'rebuild-cascade',
  'history-conflict',
  'constraint-violated-by-rows',
  'enum-value-removed',
  'lossy-type-change',
  'attach-partition-scan',
  'external-access',
  'session-setting-leak',
  'rebuild-copy-mismatch',
  'nested-transaction',
  'migration-name',
]
const rollbackRules = [
  'irreversible-down',
  'missing-down',
  'enum-drop-type',
  'drop-before-contract',
  'lossy-down',
  'down-rejects-new-rows',
  'attributes-not-restated',
  'enum-value-removed',
  'lossy-type-change',
  'type-change-rewrite',
  'truncate-cascade',
  'unbatched-update',
]
const halfRules = [
  'non-idempotent-ddl',
  'missing-transaction',
  'mysql-implicit-commit',
  'mixed-ddl-dml',
  'concurrent-in-transaction',
  'unbatched-update',
  'n-plus-one-backfill',
  'nested-transaction',
  'transaction-not-passed',
]
export const rowRules: readonly string[] = [
  'unique-constraint-lock',
  'set-not-null-scan',
  'fk-without-not-valid',
  'check-without-not-valid',
  'constraint-violated-by-rows',
  'lossy-type-change',
  'type-change-rewrite',
  'enum-value-removed',
  'index-not-concurrent',
]
// What nobody waits for is sent when nobody watches any more.
const lossRules = ['rebuild-cascade', 'truncate-cascade', 'cascade-removed', 'rebuild-copy-mismatch', 'drop-cascade', 'missing-await']
const buildRules = ['non-idempotent-ddl', 'concurrent-build-timeout', 'index-not-concurrent']
const releaseRules = ['drop-before-contract', 'rename-breaking', 'insert-breaking', 'not-null-without-default', 'enum-value-removed']

/** The whole battery on one migration: up, down, up again, a failure in each statement, rows that it may not stand, the running release. */
export async function battery(trial: Trial): Promise<readonly Observation[]> {
  const up = await trial.up()
  const { failure, killed, deadlock } = up.outcome
  if (deadlock)
    return [
      observation('ended', `the migration waits for itself: ${deadlock.waiting}`, [
        'transaction-not-passed',
        'concurrent-waits-for-itself',
      ]),
    ]
  if (killed) return [observation('ended', ended[killed], killed === 'time' ? ['wait-under-lock', 'unfinished-transaction'] : [])]
  if (failure && noRight(failure)) return []
  if (failure) {
    const left = differences(up.before.catalog, up.after.catalog)
    const made = failure.code !== undefined && overValues(up.outcome) ? 'on rows that were made up ' : ''
    return [
      observation('up-fails', `${made}up() fails: ${describe(failure)}`, failureRules),
      ...(left.length === 0 ? [] : [observation('half-applied', `what it leaves when it fails: ${inWords(left)}`, halfRules)]),
    ]
  }
  const found: Observation[] = []
  const few = await trial.upOn(trial.fewRows)
  for (const statement of up.outcome.statements) {
    const work = workUnderLock(statement, counterpart(statement, few), up, trial)
    if (work !== undefined) found.push(observation('waits', work, lockRules))
  }
  for (const [thing, what] of up.after.catalog) {
    if (/\binvalid\b/i.test(what) && up.before.catalog.get(thing) !== what)
      found.push(
        observation('invalid-index', `${thing} is left invalid`, [
          'index-not-concurrent',
          'unique-constraint-lock',
          'index-never-attached',
        ]),
      )
  }
  const cancelled = await parked(trial)
  if (cancelled !== undefined) found.push(observation('invalid-index', cancelled, buildRules))
  // What a DELETE takes with it is meant to go.
  const gone = up.outcome.statements.some(({ sql }) => /^\s*(?:DELETE|WITH)\b/i.test(sql)) ? undefined : await emptiesOthers(trial)
  if (gone?.verdict === 'confirmed') found.push(observation('up-loses', `after up() ${gone.because}`, lossRules))
  found.push(...(await rolledBack(trial)), ...(await halfApplied(trial)), ...(await onRows(trial)))
  // Queries that nobody is known to make say nothing where no rule has said it.
  const broken = (await trial.oldRelease()).broken.find(({ query }) => query.model !== undefined)
  if (broken) found.push(observation('breaks-release', brokenInWords(broken), releaseRules))
  return found
}

const ended: Readonly<Record<'time' | 'memory' | 'exit', string>> = {
  time: 'the migration took longer than its limit and was ended',
  memory: 'the migration took more memory than its limit and was ended',
  exit: 'the process of the migration ended without a word',
}

/** The throwaway role may not do what the project's own role may: that says nothing of the migration. */
export function noRight({ code, number }: Failure): boolean {
  return code === '42501' || number === 1044 || number === 1142 || number === 1227
}

/** What the server calls values that do not fit: PostgreSQL's class 22 and NOT NULL, and MySQL's numbers for wrong, cut off and missing values. */
const unfit = /^(?:22...|23502|23514)$/
const unfitNumbers = new Set([1048, 1138, 1264, 1265, 1292, 1366, 1411])

/** A failure that other values may not bring about. */
export function overValues({ failure, killed, deadlock }: RunOutcome): Failure | undefined {
  if (!failure || killed || deadlock || noRight(failure)) return undefined
  const { code, number } = failure
  if (code === undefined) return failure.message.startsWith('the sandbox does not allow it') ? undefined : failure
  return unfit.test(code) || (number !== undefined && unfitNumbers.has(number)) ? failure : undefined
}

function observation(kind: Observation['kind'], message: string, saidBy: readonly string[], query?: string): Observation {
  return { kind, message, saidBy, ...(query === undefined ? {} : { query }) }
}

async function rolledBack(trial: Trial): Promise<readonly Observation[]> {
  const down = await trial.down()
  if (!down || refuses(down.outcome)) return []
  const { failure } = down.outcome
  if (failure) return [observation('down-fails', `down() fails after up(): ${describe(failure)}`, rollbackRules)]
  if (failed(down.outcome)) return [observation('ended', 'down() was ended before it came to its end', rollbackRules)]
  const lost = lostRows(down, trial.stage.foreseen.copied)
  if (lost !== undefined) return [observation('down-loses', `after up() and down() ${lost}`, rollbackRules)]
  const left = unlike(down)
  const found = left.length === 0 ? [] : [observation('down-differs', `after up() and down() ${inWords(left)}`, rollbackRules)]
  const redo = await trial.redo()
  if (!redo?.outcome.failure) return found
  return [...found, observation('redo-fails', `up() cannot run again after down(): ${describe(redo.outcome.failure)}`, rollbackRules)]
}

async function halfApplied(trial: Trial): Promise<readonly Observation[]> {
  const stuck = (await trial.failures()).find(({ retry }) => retry?.failure !== undefined)
  return stuck ? [observation('half-applied', stuckInWords(stuck), halfRules)] : []
}

async function onRows(trial: Trial): Promise<readonly Observation[]> {
  const plants = [...operationsOf(trial.migration.up)].flatMap(({ operation }) => plantsAgainst(operation))
  for (const plant of plants.slice(0, 6)) {
    const result = await trial.planted(plant)
    const failure = result?.outcome.failure
    if (failure)
      return [
        observation('fails-on-rows', `where ${result.planted.what}, up() fails: ${describe(failure)}`, rowRules, result.planted.query),
      ]
  }
  return []
}
