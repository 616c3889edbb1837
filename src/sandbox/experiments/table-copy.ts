import type { Experiment } from '../experiment.ts'
import { rebuilds, waits } from '../judgements/waits.ts'

export default {
  rule: 'table-copy',
  how: 'The cheapest ALGORITHM that the server accepts is found by asking for each in turn: is it one during which writes wait, or that writes the table anew?',
  judge: (finding, trial) => (finding.messageId === 'rebuilds' ? rebuilds(finding, trial) : waits(finding, trial)),
} satisfies Experiment
