import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'index-not-concurrent',
  how: 'The index is built on 2,000 and on 20,000 rows: the lock that is held, and the rows that are read under it, are compared.',
  judge: waits,
} satisfies Experiment
