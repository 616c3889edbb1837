import type { Format } from './format.ts'

/** The outcome as it is: a documented, stable contract (`schema/outcome.schema.json`). */
export const json: Format = (outcome) => `${JSON.stringify(outcome, undefined, 2)}\n`
