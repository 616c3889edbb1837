import type { Experiment } from '../experiment.ts'
import { breaks } from '../judgements/compatibility.ts'

export default {
  rule: 'rename-breaking',
  how: 'Queries that name every column of before are made before the migration and after it.',
  judge: (_finding, trial) => breaks(trial, ['reads', 'inserts', 'updates']),
} satisfies Experiment
