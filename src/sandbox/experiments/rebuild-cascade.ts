import { type Experiment, notProven } from '../experiment.ts'
import { emptiesOthers } from '../judgements/writes.ts'

export default {
  rule: 'rebuild-cascade',
  how: 'The rows of every table are counted before and after.',
  judge: async (_finding, trial) => {
    const claim = await emptiesOthers(trial)
    return claim.verdict === 'refuted' ? notProven('foreign keys were not enforced here, or no row pointed at those that went') : claim
  },
} satisfies Experiment
