import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'volatile-default-rewrite',
  how: 'The column is added on 2,000 and on 20,000 rows: does the table get new storage?',
  judge: waits,
} satisfies Experiment
