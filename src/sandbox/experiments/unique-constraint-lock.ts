import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'unique-constraint-lock',
  how: 'The constraint is added on 2,000 and on 20,000 rows without duplicates: is its index built while reads and writes wait?',
  judge: waits,
} satisfies Experiment
