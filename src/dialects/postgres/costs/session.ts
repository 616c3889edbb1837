import type { Costs } from './row.ts'
import { free, page, unknown } from './row.ts'

export const session: Costs = {
  setVariable: [{ ...free, cite: page('sql-set') }],
  transaction: [{ ...free, cite: page('tutorial-transactions') }],
  refuse: [{ ...free, because: 'it stops here', cite: page('plpgsql-errors-and-messages') }],
  // No statement: the migration waits, or asks somebody else.
  external: [{ ...free, cite: page('sql-commands') }],
  syncSchema: [{ ...unknown, because: 'which statements it sends depends on the models and on what exists', cite: page('sql-commands') }],
  // Words about a statement whose own operations carry its cost.
  interpolate: [{ ...free, cite: page('sql-syntax-lexical') }],
  unsupported: [{ ...free, cite: page('sql-commands') }],
  // What was not read can do anything.
  opaque: [{ ...unknown, because: 'the statement could not be read', cite: page('sql-commands') }],
  unresolved: [{ ...unknown, because: 'what is sent depends on what exists', cite: page('sql-commands') }],
}
