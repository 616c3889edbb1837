import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../rules/registry.ts'
import { projectSettings, ruleSettings } from '../src/cli/settings.ts'
import { checkConfig } from '../src/config/schema.ts'
import { resolveSettings } from '../src/config/settings.ts'
import { check } from '../src/pipeline/check.ts'
import { diskProject } from '../src/project/disk.ts'
import type { Profile } from '../src/rule/finding.ts'

const home = join(import.meta.dirname, '../fixtures/projects')

interface Expected {
  readonly profile: Profile
  /** Configuration beside what the folder's own surefoot.json says. */
  readonly settings?: object
  readonly findings: readonly { readonly rule: string; readonly file: string; readonly line: number; readonly direction: string }[]
}

const folders = readdirSync(home, { recursive: true, encoding: 'utf8' })
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

describe('a project of each kind says what a reviewer would say, and no more', () => {
  it.each(folders)('%s', async (name) => {
    const folder = join(home, name)
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
    const config = checkConfig({ ...configured(folder), ...expected.settings }, 'expected.json')
    const settings = resolveSettings({ profile: expected.profile }, config)
    const { outcome } = await check({
      project: diskProject(folder),
      projects: settings.projects.map(projectSettings),
      rules: ruleSettings(settings, rules),
      allRules: rules,
      profile: settings.profile,
      down: settings.down,
      together: false,
      version: 'test',
    })
    const line = (found: Expected['findings'][number]) => `${found.file}:${found.line} ${found.direction} ${found.rule}`
    expect(outcome.findings.map(line).sort()).toEqual(expected.findings.map(line).sort())
    expect(outcome.opaque).toEqual([])
    expect(outcome.errors).toEqual([])
  })

  it('every project of fixtures/projects says what it expects', () => {
    const projects = readdirSync(home, { withFileTypes: true }).flatMap((framework) =>
      framework.name === 'demo' ? ['demo'] : readdirSync(join(home, framework.name)).map((project) => `${framework.name}/${project}`),
    )
    expect(projects.filter((project) => !folders.includes(project))).toEqual([])
  })
})
