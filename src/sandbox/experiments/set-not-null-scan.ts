import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'set-not-null-scan',
  how: 'NOT NULL is set on 2,000 and on 20,000 rows without NULLs: are the rows read while reads and writes wait?',
  judge: waits,
} satisfies Experiment
