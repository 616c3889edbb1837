import type { Experiment } from '../experiment.ts'
import { waitsForItself } from '../judgements/writes.ts'

export default {
  rule: 'concurrent-waits-for-itself',
  how: 'A watch sees when one session of the migration waits for another.',
  judge: waitsForItself,
} satisfies Experiment
