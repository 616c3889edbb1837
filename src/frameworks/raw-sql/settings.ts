import type { Fork } from '../../dialects/dialect.ts'
import type { History } from '../framework.ts'
import type { Runner } from './runner.ts'

/** What discovery learned of a history and loading wants again. */
export interface RawSqlSettings {
  readonly runner: Runner
  /** Migrations of this history have downs: one without lacks it. */
  readonly downs: boolean
  readonly fork?: Fork
}

export function settingsOf(history: History): RawSqlSettings {
  const { runner, downs, fork } = history.settings
  return { runner: (runner as Runner | undefined) ?? 'psql', downs: downs === true, ...(fork === 'libSQL' ? { fork } : {}) }
}
