import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'check-without-not-valid',
  how: 'The constraint is added on 2,000 and on 20,000 rows: are the rows read while reads and writes wait?',
  judge: waits,
} satisfies Experiment
