import { planOf, type Recipe } from '../plan.ts'

/** Waits for the call. */
export const recipe: Recipe = ({ span }, site) => planOf('Await the call', 'meaning', site.awaited(span))
