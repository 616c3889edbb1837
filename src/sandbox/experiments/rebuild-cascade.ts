import type { Experiment } from '../experiment.ts'
import { emptiesOthers } from '../judgements/writes.ts'

export default {
  rule: 'rebuild-cascade',
  how: 'The rows of every table are counted before and after.',
  judge: (_finding, trial) => emptiesOthers(trial),
} satisfies Experiment
