import { confirmed, type Experiment, ended, endedBefore, notProven, refuted } from '../experiment.ts'
import { rollback, unlike } from '../judgements/rollback.ts'

/** Not every type may be left: one that `up` created, or that another column uses, is the finding. */
export default {
  rule: 'enum-drop-type',
  ofDown: true,
  how: 'up() and down() run, and the types are compared with those of before; then up() runs again.',
  async judge(finding, trial) {
    const up = await trial.up()
    if (!ended(up)) return endedBefore(up)
    const down = await trial.down()
    if (!down) return notProven('there is no down to run')
    const left = unlike(down).find(({ thing, before }) => thing.startsWith('type ') && before === undefined)
    if (left) return confirmed(`${left.thing} is left behind after down()`)
    const claim = await rollback(finding, trial)
    return claim.verdict === 'refuted' ? refuted('no type was left behind after down()') : claim
  },
} satisfies Experiment
