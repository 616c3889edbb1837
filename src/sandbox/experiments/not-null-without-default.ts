import { type Experiment, notProven } from '../experiment.ts'
import { breaks } from '../judgements/compatibility.ts'
import { fails } from '../judgements/fails.ts'

export default {
  rule: 'not-null-without-default',
  how: 'The column is added to a table with rows; where they are filled behind it, a row is inserted as before the migration.',
  judge: async (finding, trial) => {
    if (finding.messageId === 'silentValue') return notProven('which value the rows got was not looked at')
    if (finding.messageId === 'filled') return breaks(finding, trial, ['inserts'])
    return fails(finding, trial, ['23502', '1364', '1265', '1048', '1292', 'SQLITE_ERROR', 'SQLITE_CONSTRAINT'])
  },
} satisfies Experiment
