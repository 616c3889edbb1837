import type { Experiment } from '../experiment.ts'
import { breaks, emptied } from '../judgements/compatibility.ts'

export default {
  rule: 'drop-before-contract',
  how: 'Queries of the application’s models, and others that name every column of before, are made before the migration and after it; the values of what is made anew are counted.',
  judge: (finding, trial) =>
    finding.messageId?.endsWith('Anew') ? emptied(trial) : breaks(finding, trial, ['reads', 'inserts', 'updates']),
} satisfies Experiment
