import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'foreign-key-mismatch',
  how: 'The migration runs on what the earlier ones left: does the server refuse the statement?',
  judge: async (finding, trial) =>
    finding.messageId === 'onUse' ? notProven('no row was written with foreign keys enforced') : fails(finding, trial),
} satisfies Experiment
