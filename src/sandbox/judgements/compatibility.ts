import { type Claim, conditional, ended, endedBefore, refuted } from '../experiment.ts'
import type { Trial } from '../trial.ts'

/** Do queries such as the running release makes stop working? `does`: which of them are meant. */
export async function breaks(trial: Trial, does: readonly ('reads' | 'inserts' | 'updates')[]): Promise<Claim> {
  const run = await trial.up()
  if (!ended(run)) return endedBefore(run)
  const broken = (await trial.broken()).find(({ query }) => does.includes(query.does))
  if (!broken) return refuted('queries that name every column there was before still work')
  const { query, message } = broken
  const short = query.sql.length > 200 ? `${query.sql.slice(0, 200)}…` : query.sql
  return conditional(`a release that ${query.does} ${query.table} as it was fails: ${message}`, short)
}
