import type { Experiment } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'

export default {
  rule: 'constraint-violated-by-rows',
  how: 'Rows that plausible data would not have are planted, and the migration runs.',
  judge: failsOn,
} satisfies Experiment
