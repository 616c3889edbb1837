import type { Experiment } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'enum-value-in-transaction',
  how: 'The migration runs in the transaction that its tool opens: is the new label refused?',
  judge: (finding, trial) => fails(finding, trial, ['55P04', '25001']),
} satisfies Experiment
