import type { Experiment } from '../experiment.ts'
import { rollback } from '../judgements/rollback.ts'

export default {
  rule: 'irreversible-down',
  ofDown: true,
  how: 'up() and down() run, and schema and rows are compared with those of before; then up() runs again.',
  judge: rollback,
} satisfies Experiment
