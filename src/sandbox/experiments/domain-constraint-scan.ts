import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'domain-constraint-scan',
  how: 'The constraint is added on 2,000 and on 20,000 rows: are the tables of the domain read?',
  judge: waits,
} satisfies Experiment
