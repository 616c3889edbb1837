import type { Judged } from '../../lint/judged.ts'
import { describe } from '../base.ts'
import { type Difference, differences } from '../catalog.ts'
import { type Claim, confirmed, ended, endedBefore, notProven, refuted } from '../experiment.ts'
import type { Foreseen } from '../foreseen.ts'
import type { RunOutcome } from '../runner/runner.ts'
import type { Run, Trial } from '../trial.ts'

/** Does `down` bring back what was there before `up`: the schema and the rows? */
export async function rollback(finding: Judged, trial: Trial): Promise<Claim> {
  const up = await trial.up()
  if (!ended(up)) return endedBefore(up)
  const down = await trial.down()
  if (!down) return notProven('there is no down to run')
  if (refuses(down.outcome)) return notProven(`down() refuses to run: ${down.outcome.failure!.message}`)
  if (down.outcome.failure) return confirmed(`down() fails after up(): ${describe(down.outcome.failure)}`)
  if (!ended(down)) return endedBefore(down)
  const left = unlike(down)
  const named = left.filter(({ thing }) => finding.message.includes(thing.slice(thing.indexOf(' ') + 1)))
  if (named.length > 0) return confirmed(`after up() and down() ${inWords(named)}`)
  const lost = lostRows(down, trial.stage.foreseen.copied)
  if (lost !== undefined) return confirmed(`after up() and down() ${lost}`)
  if (left.length > 0) return confirmed(`after up() and down() ${inWords(left)}`)
  const redo = await trial.redo()
  if (redo?.outcome.failure) return confirmed(`up() cannot run again after down(): ${describe(redo.outcome.failure)}`)
  return refuted('after up() and down() the schema and the rows were as before, and up() ran again')
}

/** Did the code of `down` throw before it sent anything? Then it says that the migration is forward only. */
export function refuses({ failure, statements }: RunOutcome): boolean {
  return failure !== undefined && failure.code === undefined && failure.number === undefined && statements.length === 0
}

/** What is not as it was before `up`. An extension may have been there for others, and stays. */
export function unlike(down: Run): readonly Difference[] {
  return differences(down.before.catalog, down.after.catalog).filter(
    ({ thing, before }) => before !== undefined || !thing.startsWith('extension '),
  )
}

/**
 * Values that were there before `up` and are not there after `down`, in words. `copied`: columns that the history fills from another one, by that one's name: what
 * another column still holds is not lost.
 */
export function lostRows({ before, after }: Run, copied: Foreseen['copied']): string | undefined {
  for (const [name, count] of before.contents) {
    const now = after.contents.get(name)
    if (now === undefined || now >= count) continue
    const table = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : undefined
    if (table === undefined) return `${(count - now).toLocaleString('en')} rows of ${name} are gone`
    if (now === (after.contents.get(table) ?? -1)) continue
    if (copied.get(name)?.some((column) => (after.contents.get(`${table}.${column}`) ?? 0) >= count)) continue
    return `${(count - now).toLocaleString('en')} values of ${name} are gone`
  }
  return undefined
}

/** `column orders.status is missing, type enum_orders_status is left behind`; at most three things by name. */
export function inWords(found: readonly Difference[]): string {
  const words = found.slice(0, 3).map(({ thing, before, after }) => {
    if (after === undefined) return `${thing} is missing`
    return before === undefined ? `${thing} is left behind` : `${thing} is ${after} (it was ${before})`
  })
  return `${words.join(', ')}${found.length > 3 ? ` and ${found.length - 3} more things differ` : ''}`
}
