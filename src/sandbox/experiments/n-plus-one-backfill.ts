import { type Experiment, notProven } from '../experiment.ts'
import { statementsGrow } from '../judgements/writes.ts'

export default {
  rule: 'n-plus-one-backfill',
  how: 'The statements are counted on 200 rows and on 400.',
  judge: async (finding, trial) =>
    finding.messageId === 'inServer'
      ? notProven('statements inside a block run in the server, and were not counted')
      : statementsGrow(finding, trial),
} satisfies Experiment
