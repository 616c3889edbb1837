import type { Experiment } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'
import { plantsAgainstStatement } from '../plants.ts'

export default {
  rule: 'enum-value-removed',
  how: 'Values that the new type does not have are planted, and the migration runs.',
  judge: (finding, trial) => failsOn(plantsAgainstStatement(trial.migration, finding.statement), trial),
} satisfies Experiment
