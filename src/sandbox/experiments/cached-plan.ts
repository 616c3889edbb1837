import type { Experiment } from '../experiment.ts'
import { prepared } from '../judgements/compatibility.ts'

export default {
  rule: 'cached-plan',
  how: 'A session prepares SELECT * of the tables before the migration, stays open while it runs, and executes it after.',
  judge: prepared,
} satisfies Experiment
