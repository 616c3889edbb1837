import type { Experiment } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'
import { plantsAgainstStatement } from '../plants.ts'

export default {
  rule: 'constraint-violated-by-rows',
  how: 'Rows that plausible data would not have are planted, and the migration runs.',
  judge: (finding, trial) => failsOn(plantsAgainstStatement(trial.migration, finding.statement), trial),
} satisfies Experiment
