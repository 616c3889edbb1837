import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { rules } from '../rules/registry.ts'
import { projectSettings, ruleSettings } from '../src/cli/settings.ts'
import { checkConfig } from '../src/config/schema.ts'
import { resolveSettings } from '../src/config/settings.ts'
import type { CheckOptions } from '../src/pipeline/check.ts'
import { diskProject } from '../src/project/disk.ts'
import type { Profile } from '../src/rule/finding.ts'

export const home = join(import.meta.dirname, '../fixtures/projects')

export interface Expected {
  readonly profile: Profile
  /** Configuration beside what the folder's own surefoot.json says. */
  readonly settings?: object
  readonly findings: readonly { readonly rule: string; readonly file: string; readonly line: number; readonly direction: string }[]
}

/** The projects that say what is expected of them. */
export const folders = readdirSync(home, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('expected.json'))
  .map((path) => relative(home, dirname(join(home, path))).replaceAll('\\', '/'))
  .sort()

function configured(folder: string): object {
  try {
    return JSON.parse(readFileSync(join(folder, 'surefoot.json'), 'utf8')) as object
  } catch {
    return {}
  }
}

/** What a project is expected to say, and how it is judged for that. */
export function fixtureProject(name: string): { readonly expected: Expected; readonly options: CheckOptions } {
  const folder = join(home, name)
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
  const config = checkConfig({ ...configured(folder), ...expected.settings }, 'expected.json')
  const settings = resolveSettings({ profile: expected.profile }, config)
  const options = {
    project: diskProject(folder),
    projects: settings.projects.map(projectSettings),
    rules: ruleSettings(settings, rules),
    allRules: rules,
    profile: settings.profile,
    down: settings.down,
    together: false,
    version: 'test',
  }
  return { expected, options }
}
