import type { Judged } from '../../lint/judged.ts'
import { inSession } from '../base.ts'
import type { Database, Session } from '../engine.ts'
import { ServerError } from '../engine.ts'
import { type Claim, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import type { TracedStatement } from '../runner/runner.ts'
import type { Run, Trial } from '../trial.ts'
import { blockedBy } from './locks.ts'

/** How long a plain SELECT has to wait before it counts as stuck, and how long the migration is given to get in line, in ms. */
const stuck = { postgres: 300, mysql: 1000 }
const patience = 3000

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
  if (!line)
    return looked.length === 0 || !ended(run)
      ? endedBefore(run)
      : refuted('no lock that a reader or a writer is in the way of was taken on a table that was there before')
  const { engine } = trial.stage
  if (!engine.secondSession) return notProven(`${engine.product} has one session here: nobody can stand in line behind it`)
  const table = (await trial.tables()).find(({ name }) => name === line.table)
  if (table === undefined) return notProven(`${line.table} is no plain table`)
  const column = table.columns[0]!.name
  const quote = engine.dialect === 'postgres' ? '"' : '`'
  const read = `SELECT 1 FROM ${table.sql} LIMIT 1`
  const write = `UPDATE ${table.sql} SET ${quote}${column}${quote} = ${quote}${column}${quote} WHERE 1 = 0`
  const database = await trial.copy()
  try {
    return await watchQueue(database, line, line.waits === 'writes' ? write : read, trial)
  } finally {
    await database.drop()
  }
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

async function watchQueue(database: Database, { table, waits }: Line, sql: string, trial: Trial): Promise<Claim> {
  const other = await database.open()
  await other.query('BEGIN')
  await other.query(sql)
  let done = false
  const running = trial.stage.runner.run({ database, entry: trial.entry, direction: 'up', trace: false }).finally(() => {
    done = true
  })
  try {
    const waited = await inSession(database, (session) => standInLine(session, sql, trial, () => done))
    const who = waits === 'writes' ? "writer's" : "reader's"
    if (waited === undefined)
      return refuted(`the migration did not wait for a ${who} transaction, or gave up before anybody stood in line behind it`)
    const stuckThere = waits === 'writes' ? 'writes' : 'a plain SELECT'
    return confirmed(
      `with a ${who} transaction open on ${table}, the migration waits for it without an end and ${stuckThere} of ${table} waited behind the migration (given up after ${waited} ms)`,
    )
  } finally {
    await other.query('ROLLBACK')
    await other.close()
    await running
  }
}

/** For how long a statement was stuck, in ms; undefined: it never was. */
async function standInLine(session: Session, sql: string, trial: Trial, done: () => boolean): Promise<number | undefined> {
  const postgres = trial.stage.engine.dialect === 'postgres'
  const limit = postgres ? stuck.postgres : stuck.mysql
  await session.query(postgres ? `SET lock_timeout = '${limit}ms'` : `SET lock_wait_timeout = ${limit / 1000}`)
  const end = performance.now() + patience
  while (!done() && performance.now() < end) {
    try {
      await session.query(sql)
    } catch (error) {
      if (error instanceof ServerError && (error.code === '55P03' || error.number === 1205)) return limit
      throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return undefined
}
