import type { Experiment } from '../experiment.ts'
import { breaks } from '../judgements/compatibility.ts'

export default {
  rule: 'rename-breaking',
  how: 'Queries of the application’s models, and others that name every column of before, are made before the migration and after it.',
  judge: (finding, trial) => breaks(finding, trial, ['reads', 'inserts', 'updates']),
} satisfies Experiment
