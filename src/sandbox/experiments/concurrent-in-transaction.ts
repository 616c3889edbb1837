import type { Experiment } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'concurrent-in-transaction',
  how: 'The migration runs in the transaction that its tool opens: does the server refuse CONCURRENTLY there?',
  judge: (finding, trial) => fails(finding, trial, ['25001']),
} satisfies Experiment
