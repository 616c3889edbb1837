import type { Experiment } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'dialect-mismatch',
  how: 'The statement is sent to the engine that the project names.',
  judge: (finding, trial) => fails(finding, trial),
} satisfies Experiment
