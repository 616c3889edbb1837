import type { Experiment } from '../experiment.ts'
import { waitsForItself } from '../judgements/writes.ts'

export default {
  rule: 'transaction-not-passed',
  how: 'The connection and the transaction of each statement are looked at; a watch sees when one waits for the other.',
  judge: waitsForItself,
} satisfies Experiment
