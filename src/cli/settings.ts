import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { rules as builtIn } from '../../rules/registry.ts'
import { baselineFile, readBaseline } from '../config/baseline.ts'
import type { Config } from '../config/define-config.ts'
import type { Settings } from '../config/settings.ts'
import { parseVersion } from '../dialects/dialect.ts'
import { UserError } from '../errors.ts'
import type { RuleSetting } from '../lint/site.ts'
import type { CheckOptions, ProjectSettings } from '../pipeline/check.ts'
import { shelfIn } from '../project/cache.ts'
import type { Project } from '../project/project.ts'
import type { Rule } from '../rule/define.ts'
import { reaches } from '../rule/finding.ts'
import { completeRule } from '../rule/own.ts'
import { readStatistics, statisticsFile } from '../stats/statistics.ts'
import { build } from '../version.ts'

/** The built-in rules and the configuration's own. Throws a UserError when two have one name. */
export function rulesWith(config: Config | undefined): readonly Rule[] {
  const own = (config?.customRules ?? []).map(completeRule)
  const taken = new Set(builtIn.map(({ id }) => id))
  for (const { id } of own) {
    if (taken.has(id)) throw new UserError(`There are two rules "${id}". Give the one in "customRules" another id.`)
    taken.add(id)
  }
  return own.length === 0 ? builtIn : [...builtIn, ...own]
}

/** What the pipeline takes of one configured project. Throws a UserError for a version that is none. */
export function projectSettings(project: Settings['projects'][number]): ProjectSettings {
  const { framework, dialect, serverVersion, paths, ignore, baseline, runner, timeouts } = project
  const version = serverVersion === undefined ? undefined : parseVersion(serverVersion)
  if (serverVersion !== undefined && !version)
    throw new UserError(`"serverVersion": "${serverVersion}" is not a version. Write numbers, such as "16" or "8.0.36".`)
  return {
    ...(framework ? { framework } : {}),
    ...(dialect ? { dialect } : {}),
    ...(version ? { serverVersion: version } : {}),
    ...(paths ? { paths } : {}),
    ...(ignore ? { ignore } : {}),
    ...(baseline === undefined ? {} : { baseline }),
    runner: runner ?? {},
    boundByRunner: timeouts === 'set-by-runner',
  }
}

/** What `surefoot stats` wrote for a project: the file that its configuration names, or the one in the root where there is one. */
export function statisticsOf({ statistics: named }: Settings['projects'][number], root: string): Pick<ProjectSettings, 'statistics'> {
  const file = named ?? statisticsFile
  const path = resolve(root, file)
  if (!existsSync(path)) {
    if (named === undefined) return {}
    throw new UserError(`"statistics": ${named} does not exist. Run surefoot stats <url> --out ${named}, or leave the key out.`)
  }
  return { statistics: readStatistics(readFileSync(path, 'utf8'), file) }
}

/** What the configuration says of findings that are to be left out. Throws a UserError for a baseline that is named and not there, or cannot be read. */
export function suppressionsOf(
  { baselineFile: named, requireReason }: Settings,
  project: Project,
): Pick<CheckOptions, 'baseline' | 'suppressions'> {
  const suppressions = { suppressions: { requireReason } }
  if (named === false) return suppressions
  const file = named ?? baselineFile
  const result = project.read(file)
  if ('text' in result) return { ...suppressions, baseline: { file, entries: readBaseline(result.text, file) } }
  if (result.because !== 'missing') throw new UserError(`${file} cannot be read: ${result.error}`)
  if (named === undefined) return suppressions
  throw new UserError(`"baselineFile": ${named} does not exist. Run surefoot baseline, which writes it, or leave the key out.`)
}

/** The rules that the profile judges with, and those that a setting switches on. */
export function ruleSettings(settings: Settings, rules: readonly Rule[]): RuleSetting[] {
  return rules.flatMap((rule) => {
    const own = settings.rules[rule.id]
    if (own?.severity === 'off') return []
    if (!reaches(settings.profile, rule.profile) && own?.severity === undefined) return []
    return [{ rule, severity: own?.severity, options: own?.options ?? {} }]
  })
}

/**
 * Where migrations that were read are kept between runs. Nowhere in CI, which judges what is checked out and nothing else that a branch could have
 * brought along, and nowhere for a program that is not built, which has no name for what it reads by.
 */
export function shelfOf(root: string): Pick<CheckOptions, 'shelf'> {
  return process.env.CI || build === undefined ? {} : { shelf: shelfIn(root) }
}
