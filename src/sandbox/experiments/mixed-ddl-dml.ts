import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'mixed-ddl-dml',
  how: 'The rows are changed on 2,000 and on 20,000 rows a table: which lock of a statement before it is held meanwhile?',
  judge: waits,
} satisfies Experiment
