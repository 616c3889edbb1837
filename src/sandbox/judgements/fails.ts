import type { Judged } from '../../lint/judged.ts'
import { describe } from '../base.ts'
import { type Claim, conditional, confirmed, ended, endedBefore, notProven, refuted, statementsOf } from '../experiment.ts'
import { plantsAgainstStatement } from '../plants.ts'
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

/** Does the finding's statement fail where rows are as planted? */
export async function failsOn(finding: Judged, trial: Trial): Promise<Claim> {
  const plants = plantsAgainstStatement(trial.migration, finding.statement)
  if (plants.length === 0) return notProven('which rows it would fail on could not be told')
  const clean = await trial.up()
  if (!ended(clean)) return endedBefore(clean)
  let tried = false
  let other: string | undefined
  for (const plant of plants) {
    const result = await trial.planted(plant)
    if (!result) continue
    const { failure, statements } = result.outcome
    const where = `where ${result.planted.what}`
    const at = statements.find((statement) => statement.failure !== undefined)
    const own = statementsOf(finding, { ...clean, outcome: result.outcome }, trial)
    if (failure && at && own.length > 0 && !own.includes(at)) other ??= `${where}, another statement fails: ${describe(failure)}`
    else if (failure) return conditional(`${where}, it fails: ${describe(failure)}`, result.planted.query)
    else tried = true
  }
  if (!tried && other !== undefined) return notProven(other)
  const [bare] = plants.filter(({ table }) => (clean.before.contents.get(table) ?? 0) < 3)
  if (!tried && bare) return notProven(`${bare.table} has ${clean.before.contents.get(bare.table) ? 'too few' : 'no'} rows here`)
  if (!tried) return refuted('the tables cannot hold rows on which it would fail')
  return refuted('it went through with the rows that were planted against it')
}
