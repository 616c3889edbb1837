import { planOf, type Recipe } from '../plan.ts'

/** Lets the migration open one transaction around its steps. */
export const recipe: Recipe = (_, site) => planOf('Wrap the steps in one transaction', 'meaning', site.wrapped([]))
