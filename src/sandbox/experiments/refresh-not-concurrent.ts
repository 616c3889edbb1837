import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'refresh-not-concurrent',
  how: 'The view is refreshed on 2,000 and on 20,000 rows: is it written anew while readers wait?',
  judge: waits,
} satisfies Experiment
