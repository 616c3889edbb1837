import type { Judged } from '../../lint/judged.ts'
import { describe } from '../base.ts'
import { type Claim, conditional, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import type { Plant } from '../seed.ts'
import type { Trial } from '../trial.ts'

/** Does the statement fail on plausible rows? `codes`: the server's codes that mean this hazard; absent: any refusal. */
export async function fails(finding: Judged, trial: Trial, codes?: readonly string[]): Promise<Claim> {
  const run = await trial.up()
  const own = statementsOf(finding, run, trial)
  const refused = own.find(({ failure }) => failure !== undefined)?.failure ?? (own.length === 0 ? run.outcome.failure : undefined)
  if (refused && (codes === undefined || codes.includes(refused.code ?? '') || codes.includes(String(refused.number))))
    return confirmed(`the statement fails: ${describe(refused)}`)
  if (!ended(run)) return endedBefore(run)
  return refuted('the statement went through')
}

/** Does the migration fail where rows are as planted? `what` says it of the rows that were planted. */
export async function failsOn(plants: readonly Plant[], trial: Trial): Promise<Claim> {
  if (plants.length === 0) return notProven('which rows it would fail on could not be told')
  const clean = await trial.up()
  if (!ended(clean)) return endedBefore(clean)
  let tried = false
  for (const plant of plants) {
    const result = await trial.planted(plant)
    if (!result) continue
    tried = true
    const { failure } = result.outcome
    if (failure) return conditional(`where ${result.planted.what}, it fails: ${describe(failure)}`, result.planted.query)
  }
  if (!tried) return refuted('the tables cannot hold rows on which it would fail')
  return refuted('it went through with the rows that were planted against it')
}
