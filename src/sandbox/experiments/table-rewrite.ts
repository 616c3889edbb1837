import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'table-rewrite',
  how: 'The statement runs on 2,000 and on 20,000 rows: does the table get new storage while reads and writes wait?',
  judge: waits,
} satisfies Experiment
