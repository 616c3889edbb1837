import type { Experiment } from '../experiment.ts'
import { confirmed } from '../experiment.ts'
import { retryFails } from '../judgements/half-applied.ts'
import { parked } from '../judgements/parked.ts'

export default {
  rule: 'non-idempotent-ddl',
  how: 'Each statement is made to fail once and the migration run again; a build CONCURRENTLY is cancelled while it waits for a writer.',
  judge: async (finding, trial) => {
    const left = finding.messageId === 'invalidIndex' ? await parked(trial) : undefined
    return left === undefined ? retryFails(trial) : confirmed(left)
  },
} satisfies Experiment
