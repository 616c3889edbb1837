import { differences } from '../catalog.ts'
import { confirmed, type Experiment, ended, endedBefore, notProven, refuted } from '../experiment.ts'
import { inWords } from '../judgements/rollback.ts'

export default {
  rule: 'missing-down',
  ofDown: true,
  how: 'up() runs, then down() where there is one, and what is there is compared with what was there before. That Knex runs nothing then is not tried.',
  async judge({ messageId }, trial) {
    if (messageId === 'required') return notProven("the tool's own runner, which asks for a down, does not run here")
    const up = await trial.up()
    if (!ended(up)) return endedBefore(up)
    const down = await trial.down()
    if (down && !ended(down)) return endedBefore(down)
    const after = down ? 'after up() and down()' : 'after up(), for which there is no down(),'
    const left = differences(up.before.catalog, (down ?? up).after.catalog)
    if (left.length > 0) return confirmed(`${after} ${inWords(left)}`)
    const written = up.outcome.statements
      .flatMap(({ effects }) => Object.keys(effects?.written ?? {}))
      .find((table) => up.before.contents.has(table))
    if (written !== undefined) return confirmed(`up() writes rows of ${written}, and nothing takes that back`)
    return refuted(`${after} the database is as it was`)
  },
} satisfies Experiment
