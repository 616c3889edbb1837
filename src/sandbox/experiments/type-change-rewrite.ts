import { type Experiment, notProven } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'type-change-rewrite',
  how: 'The type is changed on 2,000 and on 20,000 rows: does the table get new storage while reads and writes wait?',
  async judge(finding, trial) {
    const claim = await waits(finding, trial)
    // A session in UTC keeps the values of timestamp and timestamptz as they are; another one writes the table anew.
    if (claim.verdict !== 'refuted' || !/timestamp/i.test(finding.message)) return claim
    return notProven('the session ran in UTC, where timestamp and timestamptz hold the same values')
  },
} satisfies Experiment
