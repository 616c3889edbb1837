import type { Experiment } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'pending-trigger-events',
  how: 'The migration runs on rows: is the ALTER refused?',
  judge: (finding, trial) => fails(finding, trial, ['55006']),
} satisfies Experiment
