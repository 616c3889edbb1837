import type { Experiment } from '../experiment.ts'
import { queues } from '../judgements/queue.ts'

export default {
  rule: 'missing-lock-timeout',
  how: "A reader's transaction is left open on the table, the migration waits for it, and a SELECT is tried.",
  judge: (finding, trial) => queues(finding, trial, true),
} satisfies Experiment
