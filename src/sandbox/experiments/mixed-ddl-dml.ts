import type { Experiment } from '../experiment.ts'
import { halfApplied } from '../judgements/half-applied.ts'

export default {
  rule: 'mixed-ddl-dml',
  how: 'Each statement is made to fail once; what stays behind is looked at, and up() runs again.',
  judge: (_finding, trial) => halfApplied(trial),
} satisfies Experiment
