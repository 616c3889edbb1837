import type { Experiment } from '../experiment.ts'
import { breaks } from '../judgements/compatibility.ts'

export default {
  rule: 'insert-breaking',
  how: 'A row is inserted as it was before, once before the migration and once after it.',
  judge: (_finding, trial) => breaks(trial, ['inserts']),
} satisfies Experiment
