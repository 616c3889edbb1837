import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'
import { rebuilds, waits } from '../judgements/waits.ts'

export default {
  rule: 'set-not-null-scan',
  how: 'NOT NULL is set on 2,000 and on 20,000 rows without NULLs: are the rows read while reads and writes wait?',
  judge: async (finding, trial) => {
    const refused = await fails(finding, trial, ['23502', '1138', '1265'])
    if (refused.verdict === 'confirmed') return refused
    if (finding.messageId === 'rebuilds') return rebuilds(finding, trial)
    const claim = await waits(finding, trial)
    const before = finding.messageId !== 'scans' && claim.verdict === 'refuted'
    return before ? notProven('the rows are read by VALIDATE before it, and only this statement was looked at') : claim
  },
} satisfies Experiment
