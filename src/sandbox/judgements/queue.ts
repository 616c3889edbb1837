import type { Judged } from '../../lint/judged.ts'
import { type Claim, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import type { Access } from '../observe/probe.ts'
import type { TracedStatement } from '../runner/runner.ts'
import type { Run, Trial } from '../trial.ts'
import { blockedBy } from './locks.ts'

/** A table in whose line others would stand, and what of theirs waits there. */
interface Line {
  readonly table: string
  readonly waits: 'reads and writes' | 'writes'
}

/**
 * While another transaction is open on the table: does the migration wait for it, and does a plain statement then wait behind the migration? `anywhere`: the finding
 * is about the migration, not about the statement that it points at.
 */
export async function queues(finding: Judged, trial: Trial, anywhere = false): Promise<Claim> {
  const run = await trial.up()
  const own = statementsOf(finding, run, trial)
  const looked = anywhere ? [...own, ...run.outcome.statements] : own
  const lines = looked.flatMap((statement) => lineAt(statement, run) ?? [])
  const line = lines.find(({ waits }) => waits === 'reads and writes') ?? lines[0]
  if (!line) {
    if (looked.length === 0 || !ended(run)) return endedBefore(run)
    if (looked.some(({ effects }) => effects === undefined) || looked.every(({ effects }) => seesNoLock(effects)))
      return notProven('it runs outside a transaction, where its locks could not be watched')
    if (looked.some(({ sql }) => /\bSEQUENCE\b/i.test(sql))) return notProven('locks of sequences were not looked at')
    const view = looked.flatMap(({ effects }) => effects?.locks ?? []).find(({ relation }) => wasView(relation, run))
    if (view) return notProven(`${view.mode} was taken on the view ${view.relation}: whether its readers queue was not tried`)
    return refuted('no lock that a reader or a writer is in the way of was taken on a table that was there before')
  }
  const { engine, prober: open, runner } = trial.stage
  if (!open) return notProven(`${engine.product} has one session here: nobody can stand in line behind it`)
  if (!(await trial.tables()).some(({ name }) => name === line.table)) return notProven(`${line.table} is no plain table`)
  const database = await trial.copy()
  const prober = await open(database)
  const holder = line.waits === 'writes' ? 'writer' : 'reader'
  trial.stage.tell(`the line behind a ${holder}`)
  try {
    const queue = await prober.behind(holder, line.table, () => runner.run({ database, entry: trial.entry, direction: 'up', trace: false }))
    if (!queue.waited || queue.blocked.length === 0)
      return refuted(`the migration did not wait for a ${holder}'s transaction, or gave up before anybody stood in line behind it`)
    return confirmed(
      `with a ${holder}'s transaction open on ${line.table}, the migration waits for it without an end and ${inLine(queue.blocked)} of ${line.table} waited behind the migration`,
    )
  } finally {
    await prober.close()
    trial.drop(database)
  }
}

/** Not one lock, as of what runs in no transaction: it has let go of them when it is looked at. */
function seesNoLock(effects: TracedStatement['effects']): boolean {
  return effects?.locks.length === 0 && effects.held.length === 0
}

function wasView(relation: string, { before: { catalog } }: Run): boolean {
  return catalog.has(`view ${relation}`)
}

/** `a plain SELECT, INSERT, UPDATE and DELETE`, `INSERT`. */
function inLine(blocked: readonly Access[]): string {
  const words = blocked.map((access) => (access === 'select' ? 'a plain SELECT' : access.toUpperCase()))
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function lineAt({ effects }: TracedStatement, run: Run): Line | undefined {
  if (effects?.algorithm !== undefined) {
    const table = Object.keys(effects.written).find((name) => run.before.contents.has(name))
    return table === undefined ? undefined : { table, waits: 'reads and writes' }
  }
  const lines = (effects?.locks ?? []).flatMap(({ relation, mode }): Line[] => {
    const waits = blockedBy(mode)
    return waits !== undefined && run.before.contents.has(relation) ? [{ table: relation, waits }] : []
  })
  return lines.find(({ waits }) => waits === 'reads and writes') ?? lines[0]
}
