import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Profile, Severity } from '../rule/finding.ts'
import type { OwnRule } from '../rule/own.ts'

/** How a rule is set: off, a severity, or a severity with the rule's own options. */
export type RuleSetting = 'off' | Severity | readonly [severity: Severity, options: Readonly<Record<string, unknown>>]

/** What the runner does that files do not tell. */
export interface RunnerConfig {
  /** `all`: one transaction around all pending migrations; `each`: one around each; `none`. */
  readonly transaction?: 'all' | 'each' | 'none'
  /** Sequelize: continuation-local storage hands the transaction to every call. */
  readonly cls?: boolean
}

/** One folder of migrations, or several that belong together. What is left out is found by looking. */
export interface ProjectConfig {
  readonly framework?: FrameworkName
  readonly dialect?: DialectName
  /** The server that the migrations run on: `16`, `8.0.36`. */
  readonly serverVersion?: string
  /** Files, folders and globs, relative to the configuration file. */
  readonly paths?: readonly string[]
  readonly ignore?: readonly string[]
  /** The last migration that is deployed: it and all before it are history and are not judged. */
  readonly baseline?: string
  readonly runner?: RunnerConfig
  /** The runner or the role sets lock_timeout. */
  readonly timeouts?: 'set-by-runner'
  /** What `surefoot stats` wrote, relative to the configuration file; `surefoot.stats.json` when left out. */
  readonly statistics?: string
}

export interface SuppressionsConfig {
  /** A comment that gives no reason suppresses nothing. */
  readonly requireReason?: boolean
}

export interface Config {
  readonly projects?: readonly ProjectConfig[]
  readonly rules?: Readonly<Record<string, RuleSetting>>
  readonly profile?: Profile
  /** Rules of one's own, as `defineRule` gives them; judged beside the built-in ones. Not in `surefoot.json`. */
  readonly customRules?: readonly OwnRule[]
  /** What statements that could not be read do to the outcome. */
  readonly unknown?: 'allow' | 'warn' | 'block'
  /** What `surefoot baseline` wrote, relative to the configuration file; `surefoot.baseline.json` when left out, `false`: there is none. */
  readonly baselineFile?: string | false
  readonly suppressions?: SuppressionsConfig
}

/** Gives a configuration its type: `export default defineConfig({ … })`. */
export function defineConfig(config: Config): Config {
  return config
}
