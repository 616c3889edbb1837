import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'fk-without-not-valid',
  how: 'The key is added on 2,000 and on 20,000 rows: are the rows read while writes of both tables wait?',
  judge: waits,
} satisfies Experiment
