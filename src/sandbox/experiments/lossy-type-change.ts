import { type Experiment, notProven } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'

export default {
  rule: 'lossy-type-change',
  how: 'Values at the limits of the old type are planted, and the migration runs.',
  judge: async (finding, trial) => {
    const claim = await failsOn(finding, trial)
    const goesThrough = finding.messageId === 'loses' || finding.messageId === 'shifts'
    if (!goesThrough || claim.verdict !== 'refuted') return claim
    return notProven('it went through, and what became of each value was not compared')
  },
} satisfies Experiment
