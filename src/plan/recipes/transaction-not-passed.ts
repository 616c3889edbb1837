import { planOf, type Recipe } from '../plan.ts'

/** Hands the open transaction to the call. */
export const recipe: Recipe = (_, site) =>
  site.moment && planOf('Pass the transaction', 'meaning', site.inTransaction(site.moment.operation))
