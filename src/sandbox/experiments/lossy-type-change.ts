import type { Experiment } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'
import { plantsAgainstStatement } from '../plants.ts'

export default {
  rule: 'lossy-type-change',
  how: 'Values at the limits of the old type are planted, and the migration runs.',
  judge: (finding, trial) => failsOn(plantsAgainstStatement(trial.migration, finding.statement), trial),
} satisfies Experiment
