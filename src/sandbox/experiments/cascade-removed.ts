import { type Experiment, notProven } from '../experiment.ts'
import { keepsParents } from '../judgements/compatibility.ts'

export default {
  rule: 'cascade-removed',
  how: 'A row that others refer to is deleted, once before the migration and once after it.',
  judge: async (finding, trial) =>
    finding.messageId === 'stops' ? keepsParents(finding, trial) : notProven('only a DELETE that is refused is tried'),
} satisfies Experiment
