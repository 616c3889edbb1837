import { isUnwritable, type Recipe } from '../plan.ts'
import { planBack, wayBackOf } from '../way-back.ts'

/** Writes the down that takes up back. */
export const recipe: Recipe = (_finding, site) => {
  const inverse = wayBackOf(site)
  if (isUnwritable(inverse)) return inverse
  if (inverse.operations.length === 0) return { because: 'nothing is left to take back' }
  return planBack(site, inverse.operations, inverse.lost, 'whole', 'Write the down that takes up back')
}
