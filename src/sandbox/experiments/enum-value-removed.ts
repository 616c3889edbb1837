import type { Experiment } from '../experiment.ts'
import { failsOn } from '../judgements/fails.ts'

export default {
  rule: 'enum-value-removed',
  how: 'Values that the new type does not have are planted, and the migration runs.',
  judge: failsOn,
} satisfies Experiment
