import { rules as all } from '../rules/registry.ts'
import type { CheckOptions, ProjectSettings } from '../src/pipeline/check.ts'
import { memoryProject } from '../src/project/memory.ts'
import type { Rule } from '../src/rule/define.ts'
import type { Profile } from '../src/rule/finding.ts'
import { settingsFor } from './run-example.ts'

/**
 * How texts are judged as a project: each migration by itself, by the rules of a profile. Nothing is known of the runner, but that it bounds how
 * long statements wait.
 */
export function optionsFor(
  files: Readonly<Record<string, string>>,
  settings: Partial<ProjectSettings> = {},
  { rules = all, profile = 'safety' }: { readonly rules?: readonly Rule[]; readonly profile?: Profile } = {},
): CheckOptions {
  return {
    project: memoryProject(files),
    projects: [{ runner: {}, boundByRunner: true, ...settings }],
    rules: settingsFor(rules, profile),
    allRules: rules,
    profile,
    down: 'rollback',
    together: false,
    version: 'test',
  }
}
