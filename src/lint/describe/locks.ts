import { showName } from '../../ir/names.ts'
import { lockedBy } from '../../rule/locked.ts'
import type { Moment } from '../../rule/site.ts'
import type { ReportedLock } from '../described.ts'
import type { Scene } from '../site.ts'
import { viewTable } from '../table-view.ts'

const strength = ['nothing', 'unknown', 'writes', 'reads-and-writes'] as const

/**
 * The locks that a statement takes on what others use, the strongest for each table, with the last statement of its transaction. Tables made
 * by this migration or batch, and temporary ones, are nobody's yet.
 */
export function locksOf(moments: readonly Moment[], scene: Scene): readonly ReportedLock[] {
  const [first] = moments
  if (!first) return []
  const found = new Map<string, ReportedLock>()
  const until = lastOf(first, scene)
  const add = (lock: ReportedLock) => {
    const old = found.get(lock.table)
    if (!old || weightOf(old) < weightOf(lock)) found.set(lock.table, lock)
  }
  for (const moment of moments) {
    const { operation, cost, before } = moment
    const fresh = (name: Parameters<typeof showName>[0]) => viewTable(before, name, scene.position, scene.course).fresh
    const others = cost.others.map(({ table }) => showName(table))
    if (operation.kind !== 'createTable' && operation.kind !== 'select' && (cost.blocks !== 'nothing' || cost.queues !== 'nothing')) {
      for (const { name, shown } of lockedBy(moment, scene.up.moments)) {
        if ((name && fresh(name)) || others.includes(shown)) continue
        add({ table: shown, lock: cost.lock, blocks: cost.blocks, queues: cost.queues, until })
      }
    }
    for (const { table, lock, blocks } of cost.others)
      if (blocks !== 'nothing' && !fresh(table)) add({ table: showName(table), lock, blocks, queues: blocks, until })
  }
  return [...found.values()]
}

function weightOf({ blocks, queues }: ReportedLock): number {
  return strength.indexOf(blocks) * strength.length + strength.indexOf(queues)
}

/** The statement with which the transaction of a moment ends, as far as this script goes. */
function lastOf({ transaction, index }: Moment, { up }: Scene): number {
  if (transaction.open !== 'yes') return index
  return up.moments.findLast((moment) => moment.transaction.key === transaction.key)?.index ?? index
}
