import type { Experiment } from '../experiment.ts'
import { writesAllRows } from '../judgements/writes.ts'

export default {
  rule: 'unbatched-update',
  how: 'The rows that each statement writes are counted and held against the rows of the table.',
  judge: writesAllRows,
} satisfies Experiment
