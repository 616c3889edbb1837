import type { Experiment } from '../experiment.ts'
import { emptiesOthers } from '../judgements/writes.ts'

export default {
  rule: 'truncate-cascade',
  how: 'The rows of every table are counted before and after.',
  judge: (_finding, trial) => emptiesOthers(trial),
} satisfies Experiment
