import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'
import { emptiesOthers } from '../judgements/writes.ts'

export default {
  rule: 'rebuild-cascade',
  how: 'The rows of every table are counted before and after; where they are in the way, does the server refuse to drop the old table?',
  judge: async (finding, trial) => {
    const isRefusal = finding.messageId === 'refused' || finding.messageId === 'callRefused'
    const claim = isRefusal ? await fails(finding, trial) : await emptiesOthers(trial)
    return claim.verdict === 'refuted' ? notProven('foreign keys were not enforced here, or no row pointed at those that went') : claim
  },
} satisfies Experiment
