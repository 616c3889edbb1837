import type { Experiment } from '../experiment.ts'
import { breaks } from '../judgements/compatibility.ts'

export default {
  rule: 'insert-breaking',
  how: 'A row is inserted as the application’s models do it, and with every column of before, once before the migration and once after it.',
  judge: (finding, trial) => breaks(finding, trial, ['inserts']),
} satisfies Experiment
