import { type Experiment, notProven } from '../experiment.ts'
import { halfApplied } from '../judgements/half-applied.ts'

export default {
  rule: 'mysql-implicit-commit',
  how: 'Each statement is made to fail once; what stays behind is looked at, and up() runs again.',
  judge: async (_finding, trial) => {
    const claim = await halfApplied(trial)
    // What is sent in place of a statement to make it fail commits nothing, as the statement itself does even where it fails.
    return claim.verdict === 'refuted' ? notProven('the failures that were made came before a statement that commits') : claim
  },
} satisfies Experiment
