import type { Experiment } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'foreign-key-mismatch',
  how: 'The migration runs on what the earlier ones left: does the server refuse the statement?',
  judge: (finding, trial) => fails(finding, trial),
} satisfies Experiment
