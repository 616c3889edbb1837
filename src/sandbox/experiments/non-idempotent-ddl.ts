import type { Experiment } from '../experiment.ts'
import { confirmed, ended, endedBefore, notProven } from '../experiment.ts'
import { retryFails } from '../judgements/half-applied.ts'
import { parked } from '../judgements/parked.ts'

export default {
  rule: 'non-idempotent-ddl',
  how: 'Each statement is made to fail once and the migration run again; a build CONCURRENTLY is cancelled while it waits for a writer.',
  judge: async (finding, trial) => {
    if (finding.messageId !== 'invalidIndex') return retryFails(trial)
    const { engine, prober } = trial.stage
    if (!prober) return notProven(`${engine.product} has one session here: nobody can stand in the way of a build`)
    const run = await trial.up()
    if (!ended(run)) return endedBefore(run)
    const left = await parked(trial)
    return left === undefined ? notProven('no build of it could be cancelled while it waited for a writer') : confirmed(left)
  },
} satisfies Experiment
