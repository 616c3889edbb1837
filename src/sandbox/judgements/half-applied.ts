import { describe } from '../base.ts'
import { type Claim, confirmed, ended, endedBefore, notProven, refuted } from '../experiment.ts'
import type { Failed, Trial } from '../trial.ts'
import { inWords } from './rollback.ts'

/** Does a failure in the middle leave something behind, and does the retry stumble over it? */
export async function halfApplied(trial: Trial): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run)) return endedBefore(run)
  if (trial.opensUnknown) return notProven('nothing says whether the tool opens a transaction')
  const failures = await trial.failures()
  const stuck = failures.find(({ retry }) => retry?.failure !== undefined) ?? failures[0]
  if (stuck) return confirmed(stuckInWords(stuck))
  return refuted('a failure in any of its statements left the database as it was')
}

/** Does the retry after a failure in the middle stumble over what that left? */
export async function retryFails(trial: Trial): Promise<Claim> {
  const claim = await halfApplied(trial)
  if (claim.verdict !== 'confirmed') return claim
  const stuck = (await trial.failures()).some(({ retry }) => retry?.failure !== undefined)
  return stuck ? claim : refuted(`the migration can be run again: ${claim.because}`)
}

/** `a failure in statement 3 leaves column orders.status behind; the retry fails with 42701: …`. */
export function stuckInWords({ at, left, rowsChanged, retry }: Failed): string {
  const schema = left.length === 0 ? `changed rows of ${rowsChanged[0]!.split('.')[0]}` : inWords(left)
  const again = retry?.failure ? `the retry fails: ${describe(retry.failure)}` : 'the retry goes through'
  return `after a failure in statement ${at + 1} ${left.length === 0 ? `there are ${schema}` : schema}; ${again}`
}
