import type { Judged } from '../../lint/judged.ts'
import { type Claim, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import type { Trial } from '../trial.ts'

/** Are all rows of a table written by one statement, or within one transaction? */
export async function writesAllRows(finding: Judged, trial: Trial): Promise<Claim> {
  const run = await trial.up()
  const own = statementsOf(finding, run, trial)
  if (own.length === 0) return endedBefore(run)
  for (const { effects, inTransaction } of own) {
    for (const [relation, count] of Object.entries(effects?.written ?? {})) {
      const rows = run.before.contents.get(relation)
      if (rows === undefined || rows === 0 || count < rows / 2) continue
      const within = inTransaction ? ' within the transaction of the migration' : ''
      return confirmed(
        `one statement writes ${count.toLocaleString('en')} of the ${rows.toLocaleString('en')} rows of ${relation}${within}, and holds their locks until the end`,
      )
    }
  }
  if (!ended(run)) return endedBefore(run)
  // How many rows of production a condition fits, made-up rows cannot say.
  if (own.some(({ sql }) => /\b(?:WHERE|JOIN|LIMIT)\b/i.test(sql))) {
    const part = own
      .flatMap(({ effects }) => Object.entries(effects?.written ?? {}))
      .find(([relation]) => run.before.contents.has(relation))
    const here = part
      ? `its condition fits ${part[1].toLocaleString('en')} of the ${run.before.contents.get(part[0])!.toLocaleString('en')} rows of ${part[0]} that were made up`
      : 'the rows that were made up do not fit its condition'
    return notProven(`${here}; how many rows of production do is not known here`)
  }
  return refuted('no statement wrote more than a part of the rows')
}

/** Rows of the two sizes on which the number of statements is compared. */
const sizes = [200, 400] as const

/** Does the number of statements grow with the rows? */
export async function statementsGrow(finding: Judged, trial: Trial): Promise<Claim> {
  const runs = [await trial.upOn(sizes[0]), await trial.upOn(sizes[1])] as const
  const [few, many] = runs.map((run) => statementsOf(finding, run, trial).length) as [number, number]
  if (few === 0) return endedBefore(runs[0])
  if (many > few + sizes[0] / 4) return confirmed(`${few} statements on ${sizes[0]} rows, ${many} on ${sizes[1]}: one for each row`)
  return refuted(`${few} statements on ${sizes[0]} rows and ${many} on ${sizes[1]}`)
}

/** Do rows of tables go that the statement does not name? */
export async function emptiesOthers(trial: Trial): Promise<Claim> {
  const run = await trial.up()
  const sql = run.outcome.statements.map((statement) => statement.sql).join('\n')
  for (const [name, count] of run.before.contents) {
    const now = run.after.contents.get(name)
    if (name.includes('.') || now === undefined || now >= count || new RegExp(`\\b${name}\\b`, 'i').test(sql)) continue
    return confirmed(`${(count - now).toLocaleString('en')} rows of ${name} are gone, which no statement names`)
  }
  if (!ended(run)) return endedBefore(run)
  return refuted('no rows went but those of the tables that the migration names')
}

/** Do two sessions of the migration wait for each other? */
export async function waitsForItself(finding: Judged, trial: Trial): Promise<Claim> {
  const run = await trial.up()
  const { deadlock, statements } = run.outcome
  if (deadlock)
    return confirmed(
      `${short(deadlock.waiting)} waits for the migration's own transaction, which ran ${short(deadlock.blocking)}: it would never end`,
    )
  const own = statementsOf(finding, run, trial)
  const main = statements.find(({ inTransaction }) => inTransaction)?.connection
  const outside = own.find(({ inTransaction, connection }) => !inTransaction || (main !== undefined && connection !== main))
  if (outside && main !== undefined)
    return confirmed(`${short(outside.sql)} ran outside the migration's transaction: it stays when that is rolled back`)
  if (own.length === 0) return endedBefore(run)
  const { engine } = trial.stage
  if (!engine.secondSession) return notProven(`${engine.product} has one session here: a second connection could not be watched`)
  return refuted('every statement ran in the transaction of the migration')
}

function short(sql: string): string {
  const line = sql.replace(/\s+/g, ' ')
  return line.length > 80 ? `${line.slice(0, 80)}…` : line
}
