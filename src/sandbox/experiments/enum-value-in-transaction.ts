import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'enum-value-in-transaction',
  how: 'The migration runs in the transaction that its tool opens: is the new label refused?',
  judge: async (finding, trial) =>
    finding.messageId === 'pending'
      ? notProven('the migrations before it ran in transactions of their own here')
      : fails(finding, trial, ['55P04', '25001']),
} satisfies Experiment
