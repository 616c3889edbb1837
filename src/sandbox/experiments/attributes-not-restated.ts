import { differences } from '../catalog.ts'
import { confirmed, type Experiment, ended, endedBefore, notProven, refuted } from '../experiment.ts'
import { inWords } from '../judgements/rollback.ts'

/** Words of the finding, and how servers print them. */
const attributes: readonly (readonly [RegExp, RegExp])[] = [
  [/NOT NULL/, /\bnot null\b/i],
  [/AUTO_INCREMENT/, /\bauto_increment\b|\bidentity\b|nextval\(/i],
  [/DEFAULT/, /\bdefault\b/i],
  [/ON UPDATE/, /\bon update\b/i],
  [/generated expression/, /\bgenerated\b| as \(/i],
]

export default {
  rule: 'attributes-not-restated',
  how: 'The column is looked up in the catalogue before up() and after it.',
  async judge({ message, messageId }, trial) {
    const up = await trial.up()
    if (!ended(up)) return endedBefore(up)
    const kind = messageId === 'descriptionLost' ? 'comment' : 'column'
    const own = differences(up.before.catalog, up.after.catalog).filter(
      ({ thing, before }) => before !== undefined && thing.startsWith(`${kind} `) && names(message, thing.slice(kind.length + 1)),
    )
    const lost = own.find(
      ({ before, after }) =>
        kind === 'comment' || attributes.some(([said, shown]) => said.test(message) && shown.test(before!) && !shown.test(after ?? '')),
    )
    if (lost && (lost.after !== undefined || kind === 'comment')) return confirmed(`after up() ${inWords([lost])}`)
    if (lost) return notProven(`after up() ${lost.thing} is not there by that name`)
    return refuted('the catalogue says of the column after up() what it said before')
  },
} satisfies Experiment

function names(message: string, column: string): boolean {
  const at = message.indexOf(column)
  return at >= 0 && !/[\w$]/.test(message[at + column.length] ?? ' ')
}
