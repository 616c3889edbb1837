import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'duplicate-column',
  how: 'The migration runs on what the earlier ones left: does the server refuse the statement?',
  judge: async (finding, trial) =>
    finding.messageId === 'ignored' ? notProven('which of the values went in was not looked at') : fails(finding, trial),
} satisfies Experiment
