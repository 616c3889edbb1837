import type { Experiment } from '../experiment.ts'
import { waits } from '../judgements/waits.ts'

export default {
  rule: 'table-copy',
  how: 'The cheapest ALGORITHM that the server accepts is found by asking for each in turn: is it one during which writes wait?',
  judge: waits,
} satisfies Experiment
