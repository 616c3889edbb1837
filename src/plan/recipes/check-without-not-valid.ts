import { validatedLater } from '../not-valid.ts'
import type { Recipe } from '../plan.ts'

/** Adds the constraint NOT VALID, and validates it where nothing waits. */
export const recipe: Recipe = validatedLater
