import type { Experiment } from '../experiment.ts'
import { statementsGrow } from '../judgements/writes.ts'

export default {
  rule: 'n-plus-one-backfill',
  how: 'The statements are counted on 200 rows and on 400.',
  judge: statementsGrow,
} satisfies Experiment
