import { UserError } from '../errors.ts'
import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Profile, Severity } from '../rule/finding.ts'
import { nearestName } from '../source/nearest.ts'
import { defaults } from './defaults.ts'
import type { Config, ProjectConfig, RuleSetting } from './define-config.ts'

/** What the command line says; absent members say nothing. */
export interface Flags {
  readonly framework?: FrameworkName
  readonly dialect?: DialectName
  readonly serverVersion?: string
  readonly profile?: Profile
  readonly down?: 'rollback' | 'full'
  readonly unknown?: 'allow' | 'warn' | 'block'
  readonly maxWarnings?: number
  /** `--no-baseline`. */
  readonly baseline?: false
  /** `--rule id=severity`, by id; the last one of an id wins. */
  readonly rules?: Readonly<Record<string, 'off' | Severity>>
}

interface RuleSettings {
  /** undefined: the rule's own. */
  readonly severity: 'off' | Severity | undefined
  readonly options: Readonly<Record<string, unknown>>
}

/** What a run goes by: flags over configuration over defaults. */
export interface Settings {
  /** Never empty: without a configuration, one project that is found by looking. */
  readonly projects: readonly ProjectConfig[]
  /** The configuration lists the projects: nothing is looked for beside them. */
  readonly configured: boolean
  readonly rules: Readonly<Record<string, RuleSettings>>
  readonly profile: Profile
  readonly unknown: 'allow' | 'warn' | 'block'
  readonly down: 'rollback' | 'full'
  readonly maxWarnings: number | undefined
  /** The path of the baseline, relative to the root; undefined: the usual one, where there is one; false: none. */
  readonly baselineFile: string | false | undefined
  readonly requireReason: boolean
}

/** Puts flags over the configuration over the defaults. A flag for the framework leaves out the configuration's projects of others. */
export function resolveSettings(flags: Flags, config: Config | undefined): Settings {
  const listed = config?.projects ?? []
  const kept = listed.filter((project) => flags.framework === undefined || (project.framework ?? flags.framework) === flags.framework)
  if (listed.length > 0 && kept.length === 0)
    throw new UserError(
      `No project of the configuration uses ${flags.framework}. Leave --framework out, or add a project with "framework": "${flags.framework}".`,
    )
  const projects = (kept.length > 0 ? kept : defaults.projects).map((project) => ({
    ...project,
    ...(flags.framework === undefined ? {} : { framework: flags.framework }),
    ...(flags.dialect === undefined ? {} : { dialect: flags.dialect }),
    ...(flags.serverVersion === undefined ? {} : { serverVersion: flags.serverVersion }),
  }))
  return {
    projects,
    configured: listed.length > 0,
    rules: ruleSettings(flags, config),
    profile: flags.profile ?? config?.profile ?? defaults.profile,
    unknown: flags.unknown ?? config?.unknown ?? defaults.unknown,
    down: flags.down ?? defaults.down,
    maxWarnings: flags.maxWarnings ?? defaults.maxWarnings,
    baselineFile: flags.baseline ?? config?.baselineFile ?? defaults.baselineFile,
    requireReason: config?.suppressions?.requireReason ?? defaults.requireReason,
  }
}

function ruleSettings(flags: Flags, config: Config | undefined): Record<string, RuleSettings> {
  const rules: Record<string, RuleSettings> = {}
  for (const [id, setting] of Object.entries(config?.rules ?? {})) rules[id] = readSetting(setting)
  for (const [id, severity] of Object.entries(flags.rules ?? {})) rules[id] = { severity, options: rules[id]?.options ?? {} }
  return rules
}

function readSetting(setting: RuleSetting): RuleSettings {
  if (typeof setting === 'string') return { severity: setting, options: {} }
  return { severity: setting[0], options: setting[1] }
}

/** Throws a UserError when a setting names a rule that does not exist. `place` is the file or flag, for the sentence. */
export function checkRuleNames(ids: Iterable<string>, known: readonly string[], place: string): void {
  for (const id of ids) {
    if (known.includes(id)) continue
    const near = nearestName(id, known)
    throw new UserError(
      `${place}: there is no rule "${id}". ${near === undefined ? 'surefoot rules lists them all.' : `Did you mean "${near}"?`}`,
    )
  }
}
