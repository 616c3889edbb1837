import type { Experiment } from '../experiment.ts'
import { queues } from '../judgements/queue.ts'

export default {
  rule: 'detach-partition-not-concurrent',
  how: "A reader's transaction is left open on the table, the migration waits for it, and a SELECT is tried.",
  judge: queues,
} satisfies Experiment
