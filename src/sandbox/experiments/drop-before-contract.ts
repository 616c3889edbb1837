import type { Experiment } from '../experiment.ts'
import { breaks, emptied, goneBetween } from '../judgements/compatibility.ts'

export default {
  rule: 'drop-before-contract',
  how: 'Queries of the application’s models, and others that name every column of before, are made before the migration and after it; the values of what is made anew are counted, and where a column or a table comes back a failure between the steps is forced.',
  judge: (finding, trial) => {
    if (/Away$|Back$/.test(finding.messageId ?? '')) return goneBetween(trial)
    return finding.messageId?.endsWith('Anew') ? emptied(trial) : breaks(finding, trial, ['reads', 'inserts', 'updates'])
  },
} satisfies Experiment
