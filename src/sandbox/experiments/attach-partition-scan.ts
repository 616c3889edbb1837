import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'attach-partition-scan',
  how: 'The partition is attached on 2,000 and on 20,000 rows: are they read under the lock?',
  judge: waits,
} satisfies Experiment
