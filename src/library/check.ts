import { projectSettings, ruleSettings, rulesWith, suppressionsOf } from '../cli/settings.ts'
import type { Config } from '../config/define-config.ts'
import { checkConfig } from '../config/schema.ts'
import { checkRuleNames, resolveSettings } from '../config/settings.ts'
import { UserError } from '../errors.ts'
import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Outcome } from '../lint/outcome.ts'
import { type CheckOptions as Request, check as run } from '../pipeline/check.ts'
import { diskProject } from '../project/disk.ts'
import { memoryProject } from '../project/memory.ts'
import type { Project } from '../project/project.ts'
import type { Profile } from '../rule/finding.ts'
import { version } from '../version.ts'

/** What is checked, and how. One of `files`, `directory` and `project` says where the migrations are. */
export interface CheckOptions {
  /**
   * Texts by path, relative to a root that is nowhere: migrations in the order of their names, and what they need beside them (a
   * `package.json`, a model, a data source).
   */
  readonly files?: Readonly<Record<string, string>>
  /** A folder on disk: its migrations are looked for as the command does. Its configuration file is not read: hand it in as `config`. */
  readonly directory?: string
  /** Files from anywhere else. */
  readonly project?: Project
  /** Found by looking when left out; SQL alone does not always tell. */
  readonly dialect?: DialectName
  readonly framework?: FrameworkName
  /** Such as `16` or `8.0.36`; the latest known when left out. */
  readonly serverVersion?: string
  /** `safety` when neither this nor the configuration says otherwise. */
  readonly profile?: Profile
  /** Judge only migrations that one of these paths belongs to: files, folders, globs. The others are history. */
  readonly only?: readonly string[]
  /** `full`: judge each `down` as a deployment of its own. */
  readonly down?: 'rollback' | 'full'
  /** The day of the run as `2027-01-31`, for suppressions that end; the clock's, in UTC, when left out. */
  readonly today?: string
  /** What a configuration file says, rules of one's own included. */
  readonly config?: Config
}

/**
 * Checks migrations: text in, findings out. Reads the disk only under `directory`, never the network, and runs no migration.
 *
 * Resolves to the outcome that `surefoot check --format json` prints: lines and columns from 1, columns in UTF-16 units, paths relative to the root.
 * What migrations contain never makes it reject: what could not be read is in `opaque`, what could not be judged in `errors`. It rejects with a
 * `UserError` when the call itself is wrong: no place to look in, an unknown key or rule of the configuration, a path that matches nothing.
 */
export async function check(options: CheckOptions): Promise<Outcome> {
  const { outcome } = await run(requestOf(options))
  return outcome
}

/** What the pipeline is asked for. Throws a `UserError` when the call itself is wrong. */
export function requestOf(options: CheckOptions): Request {
  const { dialect, framework, serverVersion, profile, only, down, today } = options
  const config = options.config && checkConfig(options.config, 'config')
  const rules = rulesWith(config)
  checkRuleNames(
    Object.keys(config?.rules ?? {}),
    rules.map(({ id }) => id),
    'config',
  )
  const settings = resolveSettings(
    {
      ...(dialect ? { dialect } : {}),
      ...(framework ? { framework } : {}),
      ...(serverVersion ? { serverVersion } : {}),
      ...(profile ? { profile } : {}),
      ...(down ? { down } : {}),
    },
    config,
  )
  const project = projectOf(options)
  return {
    project,
    projects: settings.projects.map(projectSettings),
    rules: ruleSettings(settings, rules),
    allRules: rules,
    profile: settings.profile,
    down: settings.down,
    ...(only ? { named: only } : {}),
    together: false,
    ...suppressionsOf(settings, project),
    ...(today === undefined ? {} : { today }),
    version,
  }
}

function projectOf({ files, directory, project }: CheckOptions): Project {
  const given = [files && memoryProject(files), directory === undefined ? undefined : diskProject(directory), project].filter(
    (one) => one !== undefined,
  )
  if (given.length !== 1 || !given[0]) throw new UserError('Take one of files, directory and project: say where the migrations are.')
  return given[0]
}
