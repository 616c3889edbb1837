import type { Settings } from './settings.ts'

/** What holds where neither a flag nor the configuration says anything. */
export const defaults: Settings = {
  projects: [{}],
  configured: false,
  rules: {},
  profile: 'safety',
  unknown: 'warn',
  down: 'rollback',
  maxWarnings: undefined,
  baselineFile: undefined,
  requireReason: false,
}
