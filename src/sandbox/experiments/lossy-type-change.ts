import { type Experiment, notProven } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'
import { plantsAgainstStatement } from '../plants.ts'

export default {
  rule: 'lossy-type-change',
  how: 'Values at the limits of the old type are planted, and the migration runs.',
  judge: async (finding, trial) => {
    const claim = await failsOn(plantsAgainstStatement(trial.migration, finding.statement), trial)
    const goesThrough = finding.messageId === 'loses' || finding.messageId === 'shifts'
    if (!goesThrough || claim.verdict !== 'refuted') return claim
    return notProven('it went through, and what became of each value was not compared')
  },
} satisfies Experiment
