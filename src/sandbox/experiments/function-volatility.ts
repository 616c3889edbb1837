import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'function-volatility',
  how: 'The migration runs on what the earlier ones left: does the server refuse the statement?',
  judge: async (finding, trial) =>
    finding.messageId === 'replaced' ? notProven('what the stored rows hold was not compared') : fails(finding, trial),
} satisfies Experiment
