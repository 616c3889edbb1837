import type { Experiment } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'algorithm-refused',
  how: 'The statement is sent as it is written.',
  judge: (finding, trial) => fails(finding, trial, ['1845', '1846', '1221']),
} satisfies Experiment
