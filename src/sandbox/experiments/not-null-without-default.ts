import { type Experiment, notProven } from '../experiment.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'not-null-without-default',
  how: 'The column is added to a table with rows.',
  judge: async (finding, trial) =>
    finding.messageId === 'silentValue'
      ? notProven('which value the rows got was not looked at')
      : fails(finding, trial, ['23502', '1364', '1265', '1048', '1292', 'SQLITE_ERROR', 'SQLITE_CONSTRAINT']),
} satisfies Experiment
